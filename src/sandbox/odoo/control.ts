/** The control endpoint `/sandbox/*`: what a person or a test does to the database behind the API. */
import express, { Router } from 'express';
import type { Request } from 'express';

import type { OdooFaultPlan } from './faults';
import type { OdooRecords } from './records-handle';
import { isObject, numberOf, textOf } from './values';
import type { Json, Values } from './values';

export interface ControlTarget {
  readonly records: OdooRecords;
  readonly stats: () => { readonly writes: number; readonly requests: number };
  readonly setFaults: (plan: OdooFaultPlan | undefined) => void;
}

/** Builds the routes; they answer only when asked with `X-Sandbox: 1`, which no web page of another origin can send. */
export function odooControlRouter({ records, stats, setFaults }: ControlTarget): Router {
  const router = Router();
  router.use((request, response, next) => {
    if (request.get('X-Sandbox') === '1') {
      next();
      return;
    }
    response.status(403).json({ error: 'Send the header X-Sandbox: 1.' });
  });
  router.use(express.json());
  router.get('/stats', (_request, response) => {
    response.json(stats());
  });
  router.put('/faults', (request, response) => {
    const plan = valuesOf(request);
    setFaults(plan['rate'] === undefined ? undefined : (plan as unknown as OdooFaultPlan));
    response.json({});
  });
  router.put('/stock', (request, response) => {
    const { sku, quantity } = valuesOf(request);
    records.setStock(textOf(sku), numberOf(quantity));
    response.json({});
  });
  router.get('/records/:model', (request, response) => {
    const fields = request.query['fields'];
    const names = typeof fields === 'string' ? fields.split(',') : undefined;
    response.json(records.read(request.params.model, names));
  });
  router.post('/records/:model', (request, response) => {
    response.status(201).json({ id: records.create(request.params.model, valuesOf(request)) });
  });
  router.put('/records/:model/:id', (request, response) => {
    records.write(request.params.model, Number(request.params.id), valuesOf(request));
    response.json({});
  });
  router.delete('/records/:model/:id', (request, response) => {
    records.unlink(request.params.model, Number(request.params.id));
    response.json({});
  });
  router.post('/records/:model/:id/:method', (request, response) => {
    const { model, id, method } = request.params;
    response.json(records.act(model, Number(id), method) ?? null);
  });
  return router;
}

function valuesOf(request: Request): Values {
  const body = request.body as Json;
  return isObject(body) ? body : {};
}
