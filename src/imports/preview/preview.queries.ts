// The query that shows how files would be imported, before an import is asked for.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Caller } from '../../caller';
import { AssociationTypes } from '../../crm/associations/types/association-types';
import { Definitions } from '../../crm/properties/definitions';
import { requireWritable } from '../../crm/properties/values/sensitivity';
import type { FindType, ObjectType } from '../../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../../crm/schemas/object-types-known';
import { checked, only, refused, type Problem } from '../requests/import-request';
import { inOrder, problemsOf, requireWriting, typesOf } from '../requests/request-files';
import { ImportPlanner } from '../rows/import-planner';
import { looked } from './file-head';
import type { Held } from './held-upload';
import { Importable } from './importable';
import { completed } from './completed-request';
import { askedOf, partOf, type AskedFile } from './preview-request';
import { fileView, type ImportPreview, type Looked } from './preview.view';

/**
 * Writes nothing. Refused with `import-request-invalid` where a file cannot be read or the request cannot be understood,
 * and as an import is where the caller may not write what it would write.
 */
export class PreviewImport extends Query<ImportPreview> {
  constructor(
    readonly held: Held,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(PreviewImport)
export class PreviewImportHandler implements IQueryHandler<PreviewImport> {
  constructor(
    private readonly definitions: Definitions,
    private readonly associationTypes: AssociationTypes,
    private readonly objectTypes: ObjectTypes,
    private readonly planner: ImportPlanner,
  ) {}

  async execute({ held, caller }: PreviewImport): Promise<ImportPreview> {
    const part = partOf(held.importRequest);
    const asked = part.files ?? held.files.map(({ fileName }) => askedOf(fileName));
    const problems: Problem[] = [];
    const files = part.files ? inOrder({ files: part.files }, held.files, problems) : held.files;
    if (problems.length > 0) throw refused(problems);
    const { definitions, associationTypes, objectTypes } = this;
    const type = held.objectType === undefined ? undefined : await objectTypes.named(held.objectType);
    const find = await objectTypes.finder();
    const importable = await Importable.by(caller, objectTypes, definitions, associationTypes);
    const found: Looked[] = [];
    for (const [n, file] of files.entries()) {
      const looking = {
        file,
        asked: asked[n]!,
        type: type ?? typeAsked(asked[n]!, find),
        importable,
        caller,
      };
      const one = await looked(looking, problemsOf(n, problems));
      if (one) found.push(one);
    }
    if (problems.length > 0) throw refused(problems);
    const importRequest = completed(part, asked, found, find);
    await this.judge(importRequest, found, find, caller, problems);
    return { files: found.map(fileView), importRequest, problems };
  }

  /** Adds what an import by this request would be refused for; refuses what the caller may not ask for. */
  private async judge(
    sent: ReturnType<typeof completed>,
    found: readonly Looked[],
    find: FindType,
    caller: Caller,
    problems: Problem[],
  ): Promise<void> {
    const isMapped = sent.files.map(({ fileImportPage }) =>
      fileImportPage.columnMappings.some(({ ignored }) => ignored !== true),
    );
    const files = sent.files.map((file, n) => {
      if (isMapped[n]) return file;
      const { typeId, name } = found[n]!.type;
      const message = `have none that is imported: no column is called as a property of ${name} is`;
      problems.push({ message, in: `importRequest.files.${n}.fileImportPage.columnMappings` });
      return { ...file, fileImportPage: { ...file.fileImportPage, columnMappings: [standIn(typeId)] } };
    });
    const request = checked({ ...sent, files }, find, only);
    requireWriting(caller, typesOf(request));
    const planning = await this.planner.of(request);
    for (const [n, { header }] of found.entries()) {
      if (!isMapped[n]) continue;
      const { objects, links } = planning(n, header, problems);
      const linked = links.map(({ toType }) => toType);
      requireWriting(caller, linked);
      for (const { objectType, columns } of objects) {
        const names = columns.map(({ property }) => property.name);
        requireWritable(caller, objectType, await this.definitions.of(objectType), names);
      }
    }
  }
}

/** Lets the rest of a request be checked where no column is found. */
const standIn = (columnObjectTypeId: string) => ({
  ...{ columnObjectTypeId, columnName: 'Record ID', columnType: 'HUBSPOT_OBJECT_ID' },
});

/** The type of the first column of which something is asked. */
function typeAsked({ fileImportPage }: AskedFile, find: FindType): ObjectType | undefined {
  const [first] = fileImportPage.columnMappings.filter(({ ignored }) => !ignored);
  return find(first?.columnObjectTypeId ?? first?.columnObjectType ?? '');
}
