import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Whether a request was signed with this secret, body included: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function isSigned(request: FastifyRequest, body: string, credentials: Credentials): boolean {
  const { authorization = '' } = request.headers;
  const [, keyId, date = '', region = '', service = '', names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (keyId !== credentials.accessKeyId || service !== 's3vectors') return false;
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`); // own key: of signed names
  const canonical = [request.method, request.url, '', headers.join(''), names, hash(body)].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const wanted = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const keys = [region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    hmac(`AWS4${credentials.secretAccessKey}`, date),
  );
  return hmac(keys, wanted).toString('hex') === signature;
}
