-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- wake-rows.ts: earliestWakes
select 'incidents' "name", min("wake_at") "at" from "incidents";

-- wake-rows.ts: earliestWakes
select 'notifications' "name", min("wake_at") "at" from "notifications" union all select 'tasks' "name", min("wake_at") "at" from "tasks" union all select 'maintenance_windows' "name", min("wake_at") "at" from "maintenance_windows";

-- wake-rows.ts: earliestWakes
select 'notifications' "name", min("wake_at") "at" from "notifications" union all select 'tasks' "name", min("wake_at") "at" from "tasks" union all select 'schedulers' "name", min("wake_at") "at" from "schedulers" union all select 'incidents' "name", min("wake_at") "at" from "incidents" union all select 'maintenance_windows' "name", min("wake_at") "at" from "maintenance_windows" union all select 'reports' "name", min("wake_at") "at" from "reports";

-- wake-rows.ts: earliestWakes
select 'reports' "name", min("wake_at") "at" from "reports";

-- wake-rows.ts: earliestWakes
select 'schedulers' "name", min("wake_at") "at" from "schedulers";

-- wake-rows.ts: earliestWakes
select 'tasks' "name", min("wake_at") "at" from "tasks";

-- wake-rows.ts: listDue
select "id" from "incidents" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- wake-rows.ts: listDue
select "id" from "maintenance_windows" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- wake-rows.ts: listDue
select "id" from "reports" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- wake-rows.ts: listDue
select "id" from "schedulers" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- wake-rows.ts: listDue
select "id" from "tasks" where "wake_at" <= :1 order by "wake_at" fetch next :2 rows only;

-- wake-rows.ts: setWake
update "incidents" set "wake_at" = :1 where "id" = :2;

-- wake-rows.ts: setWake
update "schedulers" set "wake_at" = :1 where "id" = :2;

-- wake-rows.ts: setWake
update "tasks" set "wake_at" = :1 where "id" = :2;
