(SELECT * FROM documents WHERE id = ANY ($16) OFFSET 0)
