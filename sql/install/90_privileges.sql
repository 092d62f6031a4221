-- Nothing is granted to PUBLIC, nor to whom the database's default privileges
-- name.  Where the schema was made for another role than the one installing
-- the extension, that role becomes its administrator.

DO $privileges$
DECLARE
	extension oid := (SELECT e.oid FROM pg_catalog.pg_extension AS e WHERE e.extname = 'prompt_mgr');
	schema_owner oid := (SELECT n.nspowner FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'prompt_mgr');
	object record;
BEGIN
	FOR object IN
		SELECT CASE d.classid WHEN 'pg_catalog.pg_proc'::regclass THEN 'ROUTINE' ELSE 'TYPE' END AS kind,
			CASE d.classid WHEN 'pg_catalog.pg_proc'::regclass THEN d.objid::regprocedure::text ELSE d.objid::regtype::text END AS name,
			coalesce(p.proowner, t.typowner) AS owner,
			coalesce(p.proacl, t.typacl, acldefault(CASE WHEN p.oid IS NULL THEN 'T' ELSE 'f' END::"char", coalesce(p.proowner, t.typowner))) AS acl
		FROM pg_catalog.pg_depend AS d
		LEFT JOIN pg_catalog.pg_proc AS p ON d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
		LEFT JOIN pg_catalog.pg_type AS t ON d.classid = 'pg_catalog.pg_type'::regclass AND t.oid = d.objid AND t.typcategory <> 'A'
		WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = extension AND d.deptype = 'e'
			AND (p.oid IS NOT NULL OR t.oid IS NOT NULL)
	LOOP
		EXECUTE (
			SELECT coalesce(string_agg(DISTINCT format('REVOKE ALL ON %s %s FROM %s;', object.kind, object.name,
				CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END), ''), 'SELECT 1')
			FROM aclexplode(object.acl) AS a WHERE a.grantee <> object.owner);
		IF schema_owner <> object.owner THEN
			EXECUTE format('GRANT ALL ON %s %s TO %I WITH GRANT OPTION', object.kind, object.name, pg_get_userbyid(schema_owner));
		END IF;
	END LOOP;
END
$privileges$;
