-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- incidents/circumstances.ts: findDown
select "id", "down_since" from "schedulers" where "id" in (:1) and "status" = :2 and "deleted_at" is null;

-- incidents/find-incidents.ts: findActive
select * from "incidents" where "scheduler_id" in (:1) and "status" in (:2);

-- incidents/find-incidents.ts: findEnd
select "at", "action" from "scheduler_logs" where "scheduler_id" = :1 and "version" > :2 and "action" in (:3) order by "version" fetch next :4 rows only;

-- incidents/find-incidents.ts: findIncidents
select * from "incidents" where "id" in (:1);

-- incidents/find-incidents.ts: findOpened
select "scheduler_id", "opened_by_version" from "incidents" where "scheduler_id" in (:1) and "opened_by_version" in (:2);

-- incidents/find-incidents.ts: listDependents
select "incidents"."id" from "incidents" inner join "schedulers" on ("schedulers"."id" = "incidents"."scheduler_id") where "incidents"."suppressed" = :1 and "incidents"."status" = :2 and "schedulers"."depends_on" like :3;

-- incidents/find-incidents.ts: listSilenced
select "id" from "incidents" where "window_id" = :1 and "suppressed" = :2 and "status" = :3;

-- incidents/incident-wakes.ts: repairIncidents
update "incidents" set "wake_at" = :1 where "status" in (:2) and "wake_at" is null and (("incidents"."status" = :3 and ("told_at" is null or "remind_every_seconds" is not null)) or exists (select "schedulers"."id" from "schedulers" where "schedulers"."id" = "incidents"."scheduler_id" and "schedulers"."status" <> :4 and "schedulers"."updated_at" < :5));

-- incidents/list-incidents.ts: listIncidentLogs
select "id" from "incidents" where "id" = :1;

-- incidents/list-incidents.ts: listIncidentLogs
select * from "incident_logs" where "incident_id" = :1 and "version" > :2 order by "version" fetch next :3 rows only;

-- incidents/list-incidents.ts: listIncidents
select * from "incidents" order by "id" desc fetch next :1 rows only;

-- incidents/list-incidents.ts: listIncidents
select * from "incidents" where "created_by" in (:1) order by "id" desc fetch next :2 rows only;

-- incidents/list-incidents.ts: listIncidents
select * from "incidents" where "id" < :1 order by "id" desc fetch next :2 rows only;

-- incidents/list-incidents.ts: listIncidents
select * from "incidents" where "scheduler_id" = :1 order by "id" desc fetch next :2 rows only;

-- incidents/list-incidents.ts: listIncidents
select * from "incidents" where "status" in (:1) order by "id" desc fetch next :2 rows only;
