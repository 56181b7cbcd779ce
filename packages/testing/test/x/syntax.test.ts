import t from 'tap'
t.test('good', async (t) => { t.equal(1,1) }
