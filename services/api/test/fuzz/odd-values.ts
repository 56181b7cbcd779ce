/** Numbers as texts, as a query string has them. */
export const ODD_NUMERALS: readonly string[] = [
  '1e309',
  '-1e309',
  '1e2',
  '-0',
  '0x10',
  '1_0',
  ' 1',
  '1.0',
  '٣',
  'NaN',
  'Infinity',
  '9007199254740993',
  '9'.repeat(400),
]

/** For what has a format: instants that no calendar has or no column holds, durations likewise, ids of all shapes. */
export const ODD_FORMATTED: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999+23:59',
    '0000-00-00T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-02-30T00:00:00-00:00',
    '2026-03-01T24:00:00Z',
    '2026-03-01 09:00:00Z',
    '+275760-09-13T00:00:00Z',
  ],
  duration: ['P1Y2M3W4DT5H6M7S', 'PT0.0000001S', `PT${'9'.repeat(40)}S`, 'P', 'PT', '-P1D', 'P3652059D'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', '019c00000000700080000000000000000', '{x}'],
  email: [
    'ann@example.org\nbcc: all@example.org',
    'аnn@example.org',
    'ann@example.org,bob@example.org',
    '"a b"@example.org',
    'ann@[127.0.0.1]',
    `ann@${'a.'.repeat(130)}c`,
  ],
}

/** Texts that have broken other programs: SQL, headers, templates, paths, encodings, names that JavaScript gives a meaning. */
export const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '\t\u3000\u200b',
  'a\0b',
  'a\ud800',
  '\udfff\ud800',
  '\ufeffbom',
  '\u202Eright to left',
  'e\u0301\u0327\u0489'.repeat(20),
  '👩‍👩‍👧‍👦',
  'İıſK',
  '١٢٣',
  '\u2028\u2029',
  '\u0001\u001b[31m\u007f\u0085',
  "'; drop table tasks; --",
  "' or '1'='1",
  '") or 1=1 --',
  "'||(select 1)||'",
  '$1 :1 ? %s {0}',
  '% _ \\ [a-z]* (((((((((((((a+)+)+',
  'a\r\nset-cookie: polluted=1',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what others would fill in.
  '${7*7} {{7*7}} #{7*7} <%= 7*7 %>',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '..\\..\\%2e%2e%2f',
  'file:///etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  ...ODD_NUMERALS,
  ...Object.values(ODD_FORMATTED).flat(),
  'x'.repeat(256),
  'é'.repeat(4_001),
  '😀'.repeat(20_000),
]

export const ODD_NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  0.1,
  1.5,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  1e21,
  1e308,
  -1e308,
  5e-324,
]

/** Of another type than most things are. */
export const ODD_THINGS: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [null],
  [[[[[]]]]],
  { toString: 'x', valueOf: 'y', length: -1 },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`),
  Array.from({ length: 1_001 }, () => 0),
]

/** Members that nobody may set, and names that JavaScript gives a meaning. */
export const ODD_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toJSON',
  'then',
  'id',
  'version',
  'status',
  'role',
  'permissions',
  'createdBy',
  'createdAt',
  'deletedAt',
  'passwordHash',
  '',
  'a/b~c',
  'a\0b',
  '\ud800',
]

/** Bodies that are not JSON, or only almost; bytes where no text has them. */
export const BROKEN_BODIES: readonly Buffer[] = [
  '',
  '{',
  '{"title": "x",}',
  "{'title': 'x'}",
  '{"title": "x"} {"title": "y"}',
  '{"title": "x", "title": null, "assignee": "ann@example.org"}',
  '{"title": 1e999999}',
  '{"a":'.repeat(5_000),
  'title=x&assignee=ann@example.org',
  '--x\r\ncontent-disposition: form-data; name="title"\r\n\r\nx\r\n--x--',
  '<?xml version="1.0"?><task/>',
  'null',
  '"text"',
  '0',
  '\ufeff{}',
]
  .map((text) => Buffer.from(text))
  .concat(
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
    Buffer.alloc(1024 * 1024 + 1, 0x20),
  )

export const CONTENT_TYPES: readonly string[] = [
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json; charset=utf-16',
  'application/json;',
  'application/json, text/plain',
  'application/merge-patch+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/xml',
  'nonsense',
  '/',
]
