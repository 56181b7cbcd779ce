/**
 * The part of Oracle's dictionary that our code and our tests ask about a user's own tables, as views on H2's own: which
 * tables there are, and what they are made of.
 */
export const DICTIONARY: readonly string[] = [
  `create view user_tables as select table_name from information_schema.tables where table_schema = 'PUBLIC' and table_type = 'BASE TABLE'`,
  `create view user_synonyms as select synonym_name from information_schema.synonyms where synonym_schema = 'PUBLIC'`,
  `create view user_tab_columns as
    select table_name, column_name, case is_nullable when 'YES' then 'Y' else 'N' end as nullable,
      case is_identity when 'YES' then 'YES' else 'NO' end as identity_column, character_maximum_length as char_length,
      case data_type when 'CHARACTER' then 'CHAR' when 'CHARACTER VARYING' then 'VARCHAR2' when 'CHARACTER LARGE OBJECT' then 'CLOB'
        when 'NUMERIC' then 'NUMBER' when 'TIMESTAMP' then 'TIMESTAMP(' || datetime_precision || ')' else data_type end as data_type
    from information_schema.columns where table_schema = 'PUBLIC' and table_name in (select table_name from user_tables)`,
  `create view user_constraints as
    select c.constraint_name, c.table_name, r.unique_constraint_name as r_constraint_name, k.check_clause as search_condition_vc,
      case when c.constraint_type in ('PRIMARY KEY', 'UNIQUE') then c.index_name end as index_name,
      case c.constraint_type when 'PRIMARY KEY' then 'P' when 'UNIQUE' then 'U' when 'FOREIGN KEY' then 'R' else 'C' end as constraint_type
    from information_schema.table_constraints c
    left join information_schema.referential_constraints r on r.constraint_name = c.constraint_name
    left join information_schema.check_constraints k on k.constraint_name = c.constraint_name
    where c.constraint_schema = 'PUBLIC'`,
  `create view user_cons_columns as
    select constraint_name, column_name, ordinal_position as position from information_schema.key_column_usage where constraint_schema = 'PUBLIC'`,
  `create view user_indexes as
    select index_name, table_name, case index_type_name when 'UNIQUE INDEX' then 'UNIQUE' else 'NONUNIQUE' end as uniqueness
    from information_schema.indexes where index_schema = 'PUBLIC' and not is_generated`,
  `create view user_ind_columns as
    select index_name, column_name, ordinal_position as column_position from information_schema.index_columns where index_schema = 'PUBLIC'`,
]
