//! Base 62 with the digits `0-9A-Za-z`, and the check sum of key secrets.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number that the bytes are, most significant first, in `N` digits, padded with `0`; digits beyond `N` are
/// lost (43 hold 256 bits, 6 hold 32).
pub(crate) fn encode<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut number = bytes.to_vec();
    let mut out = [b'0'; N];
    for digit in out.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            // Below 256, since `rest` is below 62.
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    out
}

/// IEEE 802.3 CRC-32: reflected polynomial EDB88320, initial value and final exclusive-or FFFFFFFF.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| CRC_TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8))
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0_u32;
    while index < 256 {
        let mut crc = index;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        table[index as usize] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{crc32, encode};

    #[test]
    fn the_check_sum_is_the_ieee_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn numbers_are_padded_and_most_significant_first() {
        assert_eq!(&encode::<6>(&0_u32.to_be_bytes()), b"000000");
        assert_eq!(&encode::<6>(&61_u32.to_be_bytes()), b"00000z");
        assert_eq!(&encode::<6>(&62_u32.to_be_bytes()), b"000010");
        assert_eq!(&encode::<6>(&u32::MAX.to_be_bytes()), b"4gfFC3");
    }

    #[test]
    fn forty_three_digits_hold_256_bits() {
        let largest = encode::<44>(&[0xFF; 32]);
        assert_eq!(largest[0], b'0');
        assert_ne!(largest[1], b'0');
    }
}
