import { findObjectType, objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { errorView } from '../../../src/imports/import-error.view';
import type { ShownLine } from '../../../src/imports/import.queries';
import { readPublished } from '../../conformance/published';

const published = readPublished('imports').components.schemas['PublicImportError']!.properties!['objectType'];

test.each(objectTypes.map(({ name }) => name))('%s are named as HubSpot names them', (objectType) => {
  const line: ShownLine = {
    ...{ file: 0, fileName: 'file.csv', row: 1, cells: [], withheld: false, at: '2026-01-01T00:00:00.000Z' },
    ...{ objectType, type: 'UNKNOWN_ERROR', message: '' },
  };
  const asked = { includeErrorMessage: false, includeRowData: false };
  expect(published!['enum']).toContain(errorView('1', line, asked, findObjectType).objectType);
});
