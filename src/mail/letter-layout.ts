// The one layout of all mails, as text and as HTML. A letter is plain text: nothing of it is taken for HTML.
import type { Letter } from './mail-kinds';

export interface LaidOut {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `base` is the address that links begin with, without a slash at the end. */
export function layOut({ subject, paragraphs, link, warning }: Letter, base: string): LaidOut {
  const title = subject.replace(/\s+/g, ' ').trim();
  const url = link && `${base}${link.path}`;
  const footer = `Strata at ${base} sent this mail by itself.`;
  const text = [
    ...paragraphs,
    ...(link ? [`${link.label}:\n${url}`] : []),
    ...(warning === undefined ? [] : [`Please note: ${warning}`]),
    `-- \n${footer}`,
  ].join('\n\n');
  const html = [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>`,
    '<body style="max-width:36em;margin:2em auto;padding:0 1em;font:16px/1.5 sans-serif;color:#222">',
    ...paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`),
    ...(link ? [`<p><a href="${escaped(url!)}">${escaped(link.label)}</a></p>`] : []),
    ...(warning === undefined
      ? []
      : [`<p style="padding:.5em 1em;border-left:4px solid #c60"><strong>${escaped(warning)}</strong></p>`]),
    `<p style="font-size:13px;color:#666">${escaped(footer)}</p>`,
    '</body></html>',
  ].join('\n');
  return { subject: title, text: `${text}\n`, html: `${html}\n` };
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);
