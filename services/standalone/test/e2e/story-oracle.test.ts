import { ENGINES } from '@lifeline/testing/databases'
import t from 'tap'
import { tellStory } from './tell-story.ts'

for (const engine of ENGINES.filter((name) => name.startsWith('oracle'))) {
  t.test(`${engine}: create a task, act on it, miss a deadline: mails, log and metrics tell the story`, (t) => tellStory(t, engine))
}
