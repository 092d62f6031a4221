-- Hygiene of values: characters that a reader does not see.

CREATE FUNCTION prompt_mgr.report_invisible(text text)
RETURNS TABLE ("position" integer, codepoint text, kind text, removed_by text)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 5
AS 'MODULE_PATHNAME', 'prompt_mgr_report_invisible';

COMMENT ON FUNCTION prompt_mgr.report_invisible(text) IS
'The invisible and misleading characters of a text, by place; none for an ordinary text.
position counts characters from 1; codepoint reads like U+200B; kind says what it is, such as control, bidi control, zero width space, tag, variation selector, joiner; removed_by is the lowest level of sanitize_text() that takes it out, basic or strict. A finding need not be an attack (strict counts the variation selectors of ordinary emoji), and no finding does not make a text safe: this mitigates, it guarantees nothing.';

CREATE FUNCTION prompt_mgr.sanitize_text(text text, level text DEFAULT 'basic')
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'prompt_mgr_sanitize_text';

COMMENT ON FUNCTION prompt_mgr.sanitize_text(text, text) IS
'The text without invisible and misleading characters.
In a UTF8 database the template filter sanitize does the same. basic takes out controls but for tab and line ends, bidi controls, zero width spaces, invisible operators, byte order marks and tags, and keeps what ordinary text needs: joiners, variation selectors, the flags of England, Scotland and Wales. strict takes out soft hyphens, fillers, variation selectors, private use and noncharacters as well, and joiners that stand beside neither emoji nor letters of the Arabic, Indic and kindred scripts. It makes hidden instructions harder to place and does not stop injection: a mitigation, not a guarantee. 22023 for another level.';
