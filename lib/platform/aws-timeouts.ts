/**
 * How long a call to AWS may take. Without limits of its own the SDK waits for ever on a connection that has died, and
 * a visitor's post would wait with it until the gateway gives up; with them the next attempt still has its time.
 */
export const awsTimeouts = ({ requestTimeoutMs = 8_000 }: { requestTimeoutMs?: number } = {}) => ({
  connectionTimeout: 2_000,
  requestTimeout: requestTimeoutMs,
  throwOnRequestTimeout: true,
});
