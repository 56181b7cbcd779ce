import t from 'tap'
t.test('good', async (t) => { t.equal(1,1) })
t.test('bad', async (t) => { t.equal(1,2); })
t.test('skipped', {skip: 'no oracle'}, async (t) => { t.equal(1,2); })
