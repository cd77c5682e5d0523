// The layout of mails: the same in text and in HTML, and nothing of a letter is taken for HTML.
import { layOut } from '../../../src/mail/letter-layout';

const letter = {
  subject: 'An import\r\nBcc: all@example.com',
  paragraphs: ['The import "<script>alert(1)</script>" & more is done.'],
  link: { label: 'See <it>', path: '/imports/1?a=1&b="2"' },
  warning: "It's <sensitive>",
};

test('text and HTML say the same', () => {
  const { text, html } = layOut(letter, 'https://crm.example.com');
  expect(text).toBe(`The import "<script>alert(1)</script>" & more is done.

See <it>:
https://crm.example.com/imports/1?a=1&b="2"

Please note: It's <sensitive>

-- 
Strata at https://crm.example.com sent this mail by itself.
`);
  expect(html).toContain(
    '<p>The import &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; &amp; more is done.</p>',
  );
  expect(html).toContain(
    '<a href="https://crm.example.com/imports/1?a=1&amp;b=&quot;2&quot;">See &lt;it&gt;</a>',
  );
  expect(html).toContain('It&#39;s &lt;sensitive&gt;');
});

test('a subject is one line', () =>
  expect(layOut(letter, '').subject).toBe('An import Bcc: all@example.com'));

test('what a letter lacks, its mail lacks', () => {
  const { text, html } = layOut({ subject: 'Hello', paragraphs: ['Hello.'] }, 'http://localhost:3000');
  expect(text).not.toMatch(/Please note/);
  expect(html).not.toMatch(/<a|<strong/);
});
