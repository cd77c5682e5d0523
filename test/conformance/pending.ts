// Operations whose capability is being built: their rows are not run yet. The list only ever gets shorter.
export const pending: readonly string[] = [
  'GET /crm/v3/pipelines/{objectType}',
  'POST /crm/v3/pipelines/{objectType}',
  'GET /crm/v3/pipelines/{objectType}/{pipelineId}',
  'PUT /crm/v3/pipelines/{objectType}/{pipelineId}',
  'DELETE /crm/v3/pipelines/{objectType}/{pipelineId}',
  'PATCH /crm/v3/pipelines/{objectType}/{pipelineId}',
  'GET /crm/v3/pipelines/{objectType}/{pipelineId}/audit',
  'GET /crm/v3/pipelines/{objectType}/{pipelineId}/stages',
  'POST /crm/v3/pipelines/{objectType}/{pipelineId}/stages',
  'GET /crm/v3/pipelines/{objectType}/{pipelineId}/stages/{stageId}',
  'PUT /crm/v3/pipelines/{objectType}/{pipelineId}/stages/{stageId}',
  'DELETE /crm/v3/pipelines/{objectType}/{pipelineId}/stages/{stageId}',
  'PATCH /crm/v3/pipelines/{objectType}/{pipelineId}/stages/{stageId}',
  'GET /crm/v3/pipelines/{objectType}/{pipelineId}/stages/{stageId}/audit',
  'GET /crm/v3/owners',
  'GET /crm/v3/owners/{ownerId}',
];
