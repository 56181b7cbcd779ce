-- What Lifeline sends to Oracle, collected while the tests ran; binds renumbered, lists shortened to one value.
-- Reviewed by people, written by: npm test -- --update-oracle-snapshots

-- tasks/add-tasks.ts: takenReferences
select "external_ref" from "tasks" where "external_ref" in (:1);

-- tasks/find-tasks.ts: findLabels
select * from "task_labels" where "task_id" in (:1);

-- tasks/find-tasks.ts: findTasks
select * from "tasks" where "id" in (:1) and "deleted_at" is null;

-- tasks/list-task-logs.ts: listTaskLogs
select "id", "created_by", "assignee" from "tasks" where "id" in (:1) and "deleted_at" is null;

-- tasks/list-task-logs.ts: listTaskLogs
select * from "task_logs" where "task_id" = :1 and "version" > :2 order by "version" fetch next :3 rows only /* one plan */;

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where "deleted_at" is null and "tasks"."id" in (select "task_id" from "task_labels" where "label" = :1) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where "deleted_at" is null fetch next :1 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "assignee" = :1 and "created_by" = :2) fetch next :3 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "assignee" = :1 and "created_by" not in (:2)) fetch next :3 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "assignee" = :1) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "created_by" = :1 and "assignee" = :2 and "created_by" not in (:3)) fetch next :4 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "created_by" = :1 and "created_by" = :2) fetch next :3 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "created_by" = :1) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "due_at" < :1) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "due_at" > :1) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "external_ref" = :1) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "id" >= :1 and "id" < :2) fetch next :3 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "status" in (:1) and "assignee" = :2 and "created_by" not in (:3)) fetch next :4 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "status" in (:1) and "created_by" = :2) fetch next :3 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "status" in (:1)) and "tasks"."id" in (select "task_id" from "task_labels" where "label" = :2) fetch next :3 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and "status" in (:1)) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and ("deadline_passed_at" is not null and "status" in (:1))) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: countTasks
select count(*) "count" from (select "tasks"."id" from "tasks" where ("deleted_at" is null and not ("deadline_passed_at" is not null and "status" in (:1))) fetch next :2 rows only) "counted";

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where "deleted_at" is null and "tasks"."id" < :1 order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where "deleted_at" is null and "tasks"."id" in (select "task_id" from "task_labels" where "label" = :1) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where "deleted_at" is null order by "tasks"."id" desc fetch next :1 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where "deleted_at" is null order by "tasks"."id" desc offset :1 rows fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "assignee" = :1 and "created_by" = :2) order by "tasks"."id" desc fetch next :3 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "assignee" = :1) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :1) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "due_at" < :1) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "due_at" > :1) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "external_ref" = :1) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "id" >= :1 and "id" < :2) order by "tasks"."id" desc fetch next :3 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:1)) and "tasks"."id" in (select "task_id" from "task_labels" where "label" = :2) order by "tasks"."id" desc fetch next :3 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:1)) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select "tasks".* from "tasks" where ("deleted_at" is null and not ("deadline_passed_at" is not null and "status" in (:1))) order by "tasks"."id" desc fetch next :2 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :1 and "created_by" = :2) order by "tasks"."id" desc fetch next :3 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :4 and "assignee" = :5 and "created_by" not in (:6)) order by "tasks"."id" desc fetch next :7 rows only) "part") "task" order by "id" desc fetch next :8 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :1) and "tasks"."id" < :2 order by "tasks"."id" desc fetch next :3 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :4) and "tasks"."id" < :5 order by "tasks"."id" desc fetch next :6 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "assignee" = :7 and "created_by" not in (:8)) and "tasks"."id" < :9 order by "tasks"."id" desc fetch next :10 rows only) "part") "task" order by "id" desc fetch next :11 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :1) order by "tasks"."id" desc fetch next :2 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "assignee" = :3 and "created_by" not in (:4)) order by "tasks"."id" desc fetch next :5 rows only) "part") "task" order by "id" desc fetch next :6 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :1) order by "tasks"."id" desc fetch next :2 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :3) order by "tasks"."id" desc fetch next :4 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "assignee" = :5 and "created_by" not in (:6)) order by "tasks"."id" desc fetch next :7 rows only) "part") "task" order by "id" desc fetch next :8 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :1) order by "tasks"."id" desc fetch next :2 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "created_by" = :3) order by "tasks"."id" desc fetch next :4 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "assignee" = :5 and "created_by" not in (:6)) order by "tasks"."id" desc fetch next :7 rows only) "part") "task" order by "id" desc offset :8 rows fetch next :9 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:1) and "created_by" = :2) order by "tasks"."id" desc fetch next :3 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:4) and "assignee" = :5 and "created_by" not in (:6)) order by "tasks"."id" desc fetch next :7 rows only) "part") "task" order by "id" desc fetch next :8 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:1) and ("deadline_passed_at" is not null and "status" in (:2))) order by "tasks"."id" desc fetch next :3 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:4) and ("deadline_passed_at" is not null and "status" in (:5))) order by "tasks"."id" desc fetch next :6 rows only) "part") "task" order by "id" desc fetch next :7 rows only;

-- tasks/list-tasks.ts: listTasks
select * from (select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:1)) order by "tasks"."id" desc fetch next :2 rows only) "part" union all select * from (select "tasks".* from "tasks" where ("deleted_at" is null and "status" in (:3)) order by "tasks"."id" desc fetch next :4 rows only) "part") "task" order by "id" desc fetch next :5 rows only;

-- tasks/task-metrics.ts: countMails
select "subject", "status", count(*) "mails" from "notifications" where "subject" in (:1) and "channel" = :2 group by "subject", "status";

-- tasks/task-metrics.ts: readStays
with "stays" as (select "task_id", "action", "from_status", "to_status", "at", lead("at") over(partition by "task_id" order by "version") "left_at" from "task_logs" where "task_id" in (:1)) select "task_id", "to_status", sum((((extract(day from (coalesce("left_at", :2) - "at")) * 24 + extract(hour from (coalesce("left_at", :3) - "at"))) * 60 + extract(minute from (coalesce("left_at", :4) - "at"))) * 60 + extract(second from (coalesce("left_at", :5) - "at")))) "seconds", sum(case when "action" = :6 then 1 else 0 end) "moves", sum(case when ("action" = :7 and "from_status" in (:8)) then 1 else 0 end) "reopened" from "stays" group by "task_id", "to_status";

-- tasks/task-wakes.ts: repairTasks
update "tasks" set "wake_at" = :1 where "status" in (:2) and "due_at" <= :3 and "deadline_passed_at" is null and "deleted_at" is null and ("wake_at" is null or "wake_at" > :4);
