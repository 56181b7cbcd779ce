-- What a scheduler's reports are held to.

-- JSON: words by which the body of a ping that says nothing else is understood; null for none.
alter table schedulers add column content_rules varchar(4000);
