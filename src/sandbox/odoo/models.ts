import type { OdooMajor } from './environment';
import { baseModels } from './model-base';
import { orderModels } from './model-order';
import { partnerModel } from './model-partner';
import { productModels } from './model-product';
import { stockModels } from './model-stock';
import { buildModels } from './schema';
import type { Model } from './schema';

/** Every model of a version. */
export function allModels(major: OdooMajor): Map<string, Model> {
  return buildModels(major, [
    ...baseModels(major),
    partnerModel(major),
    ...productModels(major),
    ...stockModels(major),
    ...orderModels(major),
  ]);
}
