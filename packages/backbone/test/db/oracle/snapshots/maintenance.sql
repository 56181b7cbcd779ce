-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- maintenance/change-window.ts: findOutcomes
select "window_id", "opened_at", "status", "name", "channels" from "incidents" where "window_id" in (:1) and "opened_at" >= :2 order by "opened_at" fetch next :3 rows only;

-- maintenance/find-windows.ts: findWindows
select * from "maintenance_windows" where "id" in (:1) and "deleted_at" is null;

-- maintenance/find-windows.ts: listWindows
select * from "maintenance_windows" where "deleted_at" is null and "id" < :1 order by "id" desc fetch next :2 rows only;

-- maintenance/find-windows.ts: listWindows
select * from "maintenance_windows" where "deleted_at" is null order by "id" desc fetch next :1 rows only;

-- maintenance/find-windows.ts: listWindowsAt
select * from "maintenance_windows" where "status" in (:1) and "starts_at" <= :2 and "ends_at" > :3 and "deleted_at" is null;

-- maintenance/window-wakes.ts: repairWindows
update "maintenance_windows" set "wake_at" = :1 where "deleted_at" is null and ("wake_at" is null or "wake_at" > :2) and (("status" = :3 and "starts_at" <= :4) or ("status" = :5 and "ends_at" <= :6));
