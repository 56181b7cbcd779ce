import t from 'tap'
t.test('good', async (t) => { t.equal(1,1) })
t.test('crash', async () => { console.error('about to crash'); process.kill(process.pid, 'SIGKILL') })
