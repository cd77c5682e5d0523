// Tells in which country, and in which region of it, an address is used: by the operator's databases, else by the
// country database that comes with Strata. All of them lie in memory, and no file is read for a request.
import { readFile, stat } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { Reader, type Response } from 'mmdb-lib';
import { ConfigError } from '../config';
import { isNowhere, unmapped } from './address';

export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** The name of the largest part of the country that the database knows. */
  readonly region?: string;
}

interface Database {
  readonly reader: Reader<Response>;
  readonly isIPv4Only: boolean;
}

const COUNTRIES = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
/** What the operator's databases may take of the memory, all together. */
const MOST_MIB = 512;
const LONGEST_REGION = 100;
/** Between the tree of networks and the records. */
const SEPARATOR = Buffer.alloc(16);

export class Places {
  private constructor(
    private readonly databases: readonly Database[],
    /** What lies in memory. */
    readonly bytes: number,
    /** When the oldest of the databases was built. */
    readonly builtAt: Date,
  ) {}

  /** Rejects with ConfigError where one of the files of the setting GEOIP_FILE cannot be read. */
  static async open(files: readonly string[] = []): Promise<Places> {
    let left = MOST_MIB * 1024 ** 2;
    const opened: { database: Database; bytes: number }[] = [];
    for (const file of files) {
      const size = await stat(file).then(({ size }) => size, unread);
      if (size > left)
        throw new ConfigError(`GEOIP_FILE: is larger than ${MOST_MIB} MiB: all of it would lie in memory`);
      left -= size;
      opened.push(databaseOf(await readFile(file).catch(unread)));
    }
    opened.push(databaseOf(await readFile(require.resolve(COUNTRIES))));
    const built = opened.map(({ database }) => database.reader.metadata.buildEpoch.getTime());
    return new Places(
      opened.map(({ database }) => database),
      opened.reduce((sum, { bytes }) => sum + bytes, 0),
      new Date(Math.min(...built)),
    );
  }

  /** Empty where it is not known, or the address lies in no country. */
  of(address: string): Place {
    const plain = unmapped(address.replace(/%.*$/, ''));
    if (isNowhere(plain)) return {};
    for (const { reader, isIPv4Only } of this.databases) {
      if (isIPv4Only && isIPv6(plain)) continue;
      const place = placeIn(recordOf(reader, plain));
      if (place.country !== undefined) return place;
    }
    return {};
  }
}

function unread(): never {
  throw new ConfigError('GEOIP_FILE: names a file that cannot be read');
}

function databaseOf(file: Buffer): { database: Database; bytes: number } {
  try {
    const reader = new Reader<Response>(file);
    const { searchTreeSize, ipVersion } = reader.metadata;
    // Of a file that lacks a part, some other bytes lie there.
    const between = file.subarray(searchTreeSize, searchTreeSize + SEPARATOR.length);
    if (!between.equals(SEPARATOR)) throw new Error('The parts of the file are not where they should be');
    return { database: { reader, isIPv4Only: ipVersion === 4 }, bytes: file.length };
  } catch {
    throw new ConfigError('GEOIP_FILE: names a file that is no .mmdb database');
  }
}

/** A damaged record is as good as none: no request fails for it. */
function recordOf(reader: Reader<Response>, address: string): unknown {
  try {
    return reader.get(address);
  } catch {
    return null;
  }
}

interface Named {
  readonly iso_code?: unknown;
  readonly names?: { readonly en?: unknown };
}

/** Fields by which databases tell: those of MaxMind and DB-IP, of ip-location-db, of IPinfo. */
interface PlaceRecord {
  readonly country?: Named | string;
  readonly country_code?: unknown;
  readonly subdivisions?: readonly Named[];
  readonly state1?: unknown;
  readonly region?: unknown;
}

function placeIn(found: unknown): Place {
  if (typeof found !== 'object' || found === null) return {};
  const { country, country_code, subdivisions, state1, region } = found as PlaceRecord;
  const codes = [typeof country === 'object' ? country.iso_code : country, country_code];
  const code = codes.find((one) => typeof one === 'string' && /^[A-Z]{2}$/.test(one)) as string | undefined;
  if (code === undefined) return {};
  const names = [subdivisions?.[0]?.names?.en, subdivisions?.[0]?.iso_code, state1, region];
  const name = names.find((one) => typeof one === 'string' && one.trim() !== '') as string | undefined;
  return { country: code, ...(name !== undefined && { region: name.trim().slice(0, LONGEST_REGION) }) };
}
