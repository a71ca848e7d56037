import type { HTTPMethods } from 'fastify';
import * as classes from './class-handlers.ts';
import { answerQuery } from './graphql.ts';
import { line, objectOf, theClass, type Handler } from './handler.ts';
import { print, textAt } from './json.ts';
import * as objects from './object-handlers.ts';

const one = '/v1/schema/:class';
const object = '/v1/objects/:class/:id';

export const handlers: readonly (readonly [HTTPMethods, string, Handler])[] = [
  ['GET', '/v1/.well-known/ready', () => ({})],
  ['GET', '/v1/.well-known/live', () => ({})],
  ['GET', '/v1/.well-known/openid-configuration', () => ({ status: 404 })],
  ['GET', '/v1/meta', () => line('{"grpcMaxMessageSize":104858000,"modules":{},"version":"1.38.11"}')],
  ['GET', '/v1/schema', classes.listSchema],
  ['POST', '/v1/schema', classes.createClass],
  ['GET', one, (state, call) => line(print(theClass(state, call).config))],
  ['PUT', one, classes.updateClass],
  ['DELETE', one, classes.dropClass],
  ['POST', `${one}/properties`, classes.addProperty],
  ['GET', `${one}/tenants`, classes.listTenants],
  ['POST', `${one}/tenants`, classes.changeTenants],
  ['PUT', `${one}/tenants`, classes.changeTenants],
  ['DELETE', `${one}/tenants`, classes.deleteTenants],
  ['GET', `${one}/tenants/:tenant`, classes.getTenant],
  ['HEAD', `${one}/tenants/:tenant`, classes.headTenant],
  ['GET', `${one}/shards`, classes.listShards],
  ['PUT', `${one}/shards/:shard`, classes.setShardStatus],
  ['GET', '/v1/objects', objects.listObjects],
  ['POST', '/v1/objects', objects.postObject],
  ['POST', '/v1/objects/validate', objects.validateObject],
  ['GET', object, objects.getObject],
  ['HEAD', object, objects.headObject],
  ['PUT', object, objects.putObject],
  ['PATCH', object, objects.patchObject],
  ['DELETE', object, objects.deleteObject],
  ['POST', '/v1/batch/objects', objects.batchObjects],
  ['DELETE', '/v1/batch/objects', objects.deleteByFilter],
  ['POST', '/v1/batch/references', objects.addReferences],
  ['POST', '/v1/graphql', (state, { body }) => line(answerQuery(state, textAt(objectOf(body), 'query')))],
  ['GET', '/v1/aliases', classes.listAliases],
  ['POST', '/v1/aliases', classes.createAlias],
  ['DELETE', '/v1/aliases/:alias', classes.deleteAlias],
];
