import { environmentCredentials } from '../../../infra/build/sdk/environment-credentials.ts';

/** Has the shape of the SDK's default chain, for the bench's step between the plain bundle and ours. */
export const defaultProvider = () => environmentCredentials;
