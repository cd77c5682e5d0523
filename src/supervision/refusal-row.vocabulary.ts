// A row of the table of refusals, in HubSpot's error shape, and how rows are written.

export interface RefusalRow {
  readonly status: number;
  readonly category: string;
  readonly subCategory?: string;
  readonly message: string;
}

export const row = (status: number, category: string, message: string, subCategory?: string): RefusalRow => ({
  status,
  category,
  message,
  ...(subCategory !== undefined && { subCategory }),
});
export const invalid = (message: string, subCategory?: string) =>
  row(400, 'VALIDATION_ERROR', message, subCategory);
export const notFound = (message: string, subCategory?: string) =>
  row(404, 'OBJECT_NOT_FOUND', message, subCategory);
export const conflict = (message: string, subCategory?: string) => row(409, 'CONFLICT', message, subCategory);
