import { latenessReport } from '@hindsight/workflow';
import { z } from 'zod';
import { JSON_ONLY, productIdOf, REVALIDATE, type Context, type Route } from '../http';
import { readQuery } from '../query';
import { sendTagged } from '../tagged';
import { missing } from './state';

/** GET /products/:productId/lateness */
export const latenessRoute = ({ log, clock }: Context): Route => ({
  method: 'get',
  path: '/products/:productId/lateness',
  produces: JSON_ONLY,
  scope: 'state:read',
  async handle(request, response) {
    const productId = productIdOf(request);
    readQuery(request.originalUrl, z.object({}));
    const report = await latenessReport(log, productId, clock());
    if (report === undefined) throw missing(productId, { found: false, why: 'product-not-found' });
    response.set('Cache-Control', REVALIDATE);
    const text = JSON.stringify({ productId, ...report });
    sendTagged(request, response, { type: 'application/json', text });
  },
});
