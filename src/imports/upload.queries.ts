// The query for a file that an import was asked for with, for as long as it lies on the disk.
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Caller } from '../caller';
import { scopeNameOf } from '../crm/schemas/object-type.vocabulary';
import { Files } from '../files/files';
import { requireScope } from '../identity/api-keys/scopes';
import { Refusal } from '../refusals';
import { Imports } from './import.queries';
import type { ImportFile } from './import.events';

/**
 * A file that the caller may have. Refused with `import-unknown`, with `scope-missing` and `access-denied` where it may
 * hold what the caller may not see, with `import-upload-unknown`, and with `import-upload-deleted` once the import has
 * ended.
 */
export class GetUpload extends Query<ImportFile> {
  constructor(
    readonly importId: string,
    /** Its number in the request, from 0. */
    readonly file: number,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetUpload)
export class GetUploadHandler implements IQueryHandler<GetUpload> {
  constructor(
    private readonly imports: Imports,
    private readonly files: Files,
  ) {}

  async execute({ importId, file, caller }: GetUpload): Promise<ImportFile> {
    const document = await this.imports.document(importId, caller);
    requireScope(caller, 'crm.import');
    for (const type of document.objectTypes) requireScope(caller, `crm.objects.${scopeNameOf(type)}.read`);
    const found = document.job?.files[file];
    if (!found) throw new Refusal('import-upload-unknown');
    if ((await this.imports.withholds(document, caller))(file))
      throw new Refusal('access-denied', { message: 'The file may hold values that you may not see' });
    if (!(await this.files.stat(found.path))) throw new Refusal('import-upload-deleted');
    return found;
  }
}
