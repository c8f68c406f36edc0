/** Where a service is, by region and partition: an inner file of each client of the SDK, which `lean-sdk.ts` finds. */
declare module '@aws-sdk/client-dynamodb/endpoint-rules' {
  export { defaultEndpointResolver } from '@aws-sdk/client-dynamodb/dist-types/endpoint/endpointResolver';
}
declare module '@aws-sdk/client-lambda/endpoint-rules' {
  export { defaultEndpointResolver } from '@aws-sdk/client-lambda/dist-types/endpoint/endpointResolver';
}
declare module '@aws-sdk/client-secrets-manager/endpoint-rules' {
  export { defaultEndpointResolver } from '@aws-sdk/client-secrets-manager/dist-types/endpoint/endpointResolver';
}
