#!/bin/bash
# Makes the user `lifeline` with no more rights than it needs (sql/README.md). Run again, it sets password and rights anew.
# For any Oracle from 19c on; here it runs in the image of the database, beside it.
set -euo pipefail

sqlplus -S -L /nolog <<SQL
whenever oserror exit failure
whenever sqlerror exit failure
connect system/"${ORACLE_PASSWORD}"@//oracle:1521/FREEPDB1

begin
  execute immediate 'create user lifeline identified by "${ORACLE_USER_PASSWORD}"';
exception
  when others then
    if sqlcode != -1920 then raise; end if; -- ORA-01920: it is there already
end;
/
alter user lifeline identified by "${ORACLE_USER_PASSWORD}" quota unlimited on users account unlock;
grant create session, create table, create sequence to lifeline;
exit success
SQL
