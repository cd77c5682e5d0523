// An importRequest as the form holds it, and what can be changed in it. Pure: each change answers a request of its own.

export interface Mapping {
  readonly columnName: string;
  readonly ignored?: boolean | null;
  readonly columnObjectTypeId?: string | null;
  readonly propertyName?: string | null;
  readonly columnType?: string | null;
  readonly toColumnObjectTypeId?: string | null;
  readonly [more: string]: unknown;
}

export interface RequestFile {
  readonly fileName: string;
  readonly fileFormat: 'CSV';
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  readonly dateFormat?: DateFormat | null;
  readonly numberFormat?: string | null;
  readonly fileImportPage?: { readonly hasHeader: boolean; readonly columnMappings: readonly Mapping[] };
}

export interface ImportRequest {
  readonly name?: string;
  readonly importOperations?: Readonly<Record<string, Operation>>;
  readonly dateFormat?: DateFormat | null;
  readonly numberFormat?: string | null;
  readonly dryRun?: boolean | null;
  readonly files: readonly RequestFile[];
  readonly [more: string]: unknown;
}

export const operations = ['UPSERT', 'CREATE', 'UPDATE'] as const;
export type Operation = (typeof operations)[number];
export const dateFormats = ['MONTH_DAY_YEAR', 'DAY_MONTH_YEAR', 'YEAR_MONTH_DAY'] as const;
export type DateFormat = (typeof dateFormats)[number];

export const newFile = (fileName: string): RequestFile => ({ fileName, fileFormat: 'CSV' });

export const mappingsOf = (file: RequestFile): readonly Mapping[] =>
  file.fileImportPage?.columnMappings ?? [];

export const withFile = (
  request: ImportRequest,
  n: number,
  change: (file: RequestFile) => RequestFile,
): ImportRequest => ({ ...request, files: request.files.map((file, k) => (k === n ? change(file) : file)) });

/** How the file is read has changed, so its columns are to be suggested anew. */
export const readOtherwise = (file: RequestFile, hasHeader?: boolean): RequestFile => ({
  ...file,
  fileImportPage: {
    hasHeader: hasHeader ?? file.fileImportPage?.hasHeader ?? true,
    columnMappings: [],
  },
});

export const withMapping = (file: RequestFile, n: number, mapping: Mapping): RequestFile => ({
  ...file,
  fileImportPage: {
    hasHeader: file.fileImportPage?.hasHeader ?? true,
    columnMappings: mappingsOf(file).map((one, k) => (k === n ? mapping : one)),
  },
});

const KEYS = new Set<unknown>(['HUBSPOT_OBJECT_ID', 'HUBSPOT_ALTERNATE_ID']);
export const isKey = ({ ignored, columnType, toColumnObjectTypeId }: Mapping): boolean =>
  !ignored && KEYS.has(columnType) && toColumnObjectTypeId == null;

/** Records of the file are found by this column alone. */
export const keyedBy = (file: RequestFile, n: number): RequestFile => ({
  ...file,
  fileImportPage: {
    hasHeader: file.fileImportPage?.hasHeader ?? true,
    columnMappings: mappingsOf(file).map((one, k) => {
      const { columnType, ...rest } = one;
      if (k === n) return { ...rest, columnType: 'HUBSPOT_ALTERNATE_ID' };
      return columnType === 'HUBSPOT_ALTERNATE_ID' && one.toColumnObjectTypeId == null ? rest : one;
    }),
  },
});

/** The object types that the mappings make records of. */
export const typesOf = (request: ImportRequest): readonly string[] => [
  ...new Set(
    request.files.flatMap((file) =>
      mappingsOf(file).flatMap(({ ignored, columnObjectTypeId }) =>
        ignored || !columnObjectTypeId ? [] : [columnObjectTypeId],
      ),
    ),
  ),
];

/** Without operations on types that no column is about any more. */
export function pruned(request: ImportRequest): ImportRequest {
  const types = typesOf(request);
  const kept = Object.entries(request.importOperations ?? {}).filter(([type]) => types.includes(type));
  return types.length === 0 ? request : { ...request, importOperations: Object.fromEntries(kept) };
}

/** What a select of targets says of a mapping: `` left out, `id`, `label`, `p NAME`, `l TYPE` or `l TYPE NAME`. */
export function targetOf(mapping: Mapping): string {
  const { ignored, columnType, propertyName, toColumnObjectTypeId: to } = mapping;
  if (ignored) return '';
  if (to != null) return propertyName == null ? `l ${to}` : `l ${to} ${propertyName}`;
  if (columnType === 'FLEXIBLE_ASSOCIATION_LABEL') return 'label';
  if (columnType === 'HUBSPOT_OBJECT_ID') return 'id';
  return `p ${propertyName}`;
}

export function mappingTo(target: string, columnName: string, typeId: string): Mapping {
  const [kind, first, second] = target.split(' ');
  const column = { columnName, columnObjectTypeId: typeId };
  switch (kind) {
    case 'id':
      return { ...column, propertyName: null, columnType: 'HUBSPOT_OBJECT_ID' };
    case 'label':
      return { ...column, propertyName: null, columnType: 'FLEXIBLE_ASSOCIATION_LABEL' };
    case 'p':
      return { ...column, propertyName: first! };
    case 'l':
      return {
        ...{ ...column, toColumnObjectTypeId: first! },
        ...(second === undefined ? { columnType: 'HUBSPOT_OBJECT_ID' } : { propertyName: second }),
      };
    default:
      return { columnName, ignored: true };
  }
}
