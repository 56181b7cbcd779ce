import t from 'tap'
import { tellStory } from './tell-story.ts'

t.test('create a task, act on it, miss a deadline: mails, log and metrics tell the story', (t) => tellStory(t, 'postgres'))
