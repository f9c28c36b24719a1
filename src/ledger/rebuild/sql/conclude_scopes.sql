INSERT INTO scopes (org_id, position, authority)
SELECT org_id, max(position), max(authority)
FROM scopes_said
GROUP BY org_id;
DROP TABLE scopes_said
