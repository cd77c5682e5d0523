// Reads from a user agent what people call the device: which browser, on which system. For display alone: anybody may
// send any user agent.
import { parse } from 'bowser';
import { LRUCache } from 'lru-cache';

export interface Device {
  /** For people, such as `Chrome 120 on Windows` or `curl 8.5.0`. */
  readonly name: string;
  readonly browser: string | null;
  readonly os: string | null;
  readonly kind: string | null;
}

/** Reading one takes up to half a millisecond; a list shows the same few again and again. */
const known = new LRUCache<string, { readonly device: Device | null }>({ max: 1_000 });

/** Null where there is no user agent, or it tells nothing. */
export function deviceOf(userAgent: string | null | undefined): Device | null {
  if (!userAgent) return null;
  let read = known.get(userAgent);
  if (!read) known.set(userAgent, (read = { device: deviceIn(userAgent) }));
  return read.device;
}

function deviceIn(userAgent: string): Device | null {
  const { browser, os, platform } = parse(userAgent);
  // Of a version the first number: browsers make up the others, and the versions of systems, so as not to be traced.
  const [version] = browser.version?.split('.') ?? [];
  const name = browser.name && [browser.name, version].filter(Boolean).join(' ');
  if (!name && !os.name) return programIn(userAgent);
  const parts = { browser: name || null, os: os.name ?? null, kind: platform.type ?? null };
  return { name: [parts.browser, parts.os].filter(Boolean).join(' on '), ...parts };
}

/** What is no browser names itself first: `curl/8.5.0`. */
function programIn(userAgent: string): Device | null {
  const [, name, version] = /^([\w.@-]{1,64})(?:(?:\/|; )v?(\d[\w.-]{0,31}))?/.exec(userAgent) ?? [];
  if (name === undefined || name === 'Mozilla') return null;
  return { name: version === undefined ? name : `${name} ${version}`, browser: null, os: null, kind: null };
}
