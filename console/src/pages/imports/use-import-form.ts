// What has been chosen for an import: its files, and its request, which the server completes and judges after each change.
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { upload, type Schemas } from '../../api/client';
import {
  mappingsOf,
  newFile,
  pruned,
  readOtherwise,
  type ImportRequest,
  type RequestFile,
} from './import-request';
import { headOf, refusalOf, type Refusal } from './picked-files';

export type Preview = Schemas['ImportPreview'];

const NOTHING: ImportRequest = { files: [] };

async function look(files: readonly File[], request: ImportRequest, objectType?: string): Promise<Preview> {
  const form = new FormData();
  form.append('importRequest', JSON.stringify(request));
  if (objectType !== undefined) form.append('objectType', objectType);
  for (const file of files) form.append('files', await headOf(file), file.name);
  return upload<Preview>('/imports/v1/preview', form, () => undefined);
}

/** The file of the template whose settings a file is given: that of its name, else the first that is not given away. */
function settingsFor(name: string, template: ImportRequest | undefined, given: number): RequestFile {
  const files = template?.files ?? [];
  const settings = files.find(({ fileName }) => fileName === name) ?? files[given];
  return settings ? { ...settings, fileName: name } : newFile(name);
}

/** `template` is the request of an earlier import; `objectType` what rows are taken for. */
export function useImportForm(template: ImportRequest | undefined, objectType: string | undefined) {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [request, setRequest] = useState<ImportRequest>(NOTHING);
  const [refused, setRefused] = useState<readonly { readonly name: string; readonly why: Refusal }[]>([]);
  // Answers come in any order: only that to the last question counts.
  const asked = useRef(0);
  const looked = useMutation({
    mutationFn: async (of: {
      files: readonly File[];
      request: ImportRequest;
      /** One file whose rows are of another type from now on. */
      retype?: { n: number; objectType: string };
      objectType?: string | undefined;
    }) => {
      const number = ++asked.current;
      let { request } = of;
      if (of.retype) {
        const { n, objectType } = of.retype;
        const alone = { ...request, files: [readOtherwise(request.files[n]!)] };
        const seen = (await look([of.files[n]!], alone, objectType))
          .importRequest as unknown as ImportRequest;
        request = {
          ...request,
          importOperations: { ...seen.importOperations, ...request.importOperations },
          files: request.files.map((file, k) => (k === n ? seen.files[0]! : file)),
        };
      }
      const preview = await look(of.files, pruned(request), of.objectType);
      return { preview, number };
    },
    onSuccess: ({ preview, number }) => {
      if (number === asked.current) setRequest(preview.importRequest as unknown as ImportRequest);
    },
  });
  const ask = (files: readonly File[], request: ImportRequest, more: object = {}) => {
    setFiles(files);
    setRequest(request);
    if (files.length > 0) looked.mutate({ files, request, ...more });
    else looked.reset();
  };
  return {
    files,
    request,
    refused,
    preview: files.length > 0 ? looked.data?.preview : undefined,
    isLooking: looked.isPending,
    error: looked.error,
    retry: () => ask(files, request),
    add: (picked: readonly File[]) => {
      const taken = [...files];
      const refusals: { name: string; why: Refusal }[] = [];
      for (const file of picked) {
        const why = refusalOf(file, taken);
        if (why) refusals.push({ name: file.name, why });
        else taken.push(file);
      }
      setRefused(refusals);
      if (taken.length === files.length) return;
      const base = files.length === 0 && template ? { ...template, files: [] } : request;
      const added = taken
        .slice(files.length)
        .map(({ name }, n) => settingsFor(name, template, files.length + n));
      const { dryRun: _, ...rest } = base;
      ask(
        taken,
        { ...rest, files: [...base.files, ...added] },
        added.some((file) => mappingsOf(file).length > 0) || taken.length > 1 ? {} : { objectType },
      );
    },
    remove: (n: number) =>
      ask(
        files.filter((_, k) => k !== n),
        { ...request, files: request.files.filter((_, k) => k !== n) },
      ),
    change: (next: ImportRequest) => ask(files, next),
    retype: (n: number, objectType: string) => ask(files, request, { retype: { n, objectType } }),
  };
}

export type ImportForm = ReturnType<typeof useImportForm>;
