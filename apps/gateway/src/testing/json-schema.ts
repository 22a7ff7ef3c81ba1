import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** Says whether a value is valid by a schema of an OpenAPI document; the schema may refer to the components. */
export function validatorOf(components: unknown): (schema: object, value: unknown) => boolean {
  // Multiples of 0.000001 are compared as decimals, not as binary numbers.
  const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 3 });
  addFormats(ajv);
  ajv.addSchema({ $id: 'document', components });
  const validators = new Map<object, ValidateFunction>();
  return (schema, value) => {
    const absolute = JSON.stringify(schema).replaceAll('"#/', '"document#/');
    const validate = validators.get(schema) ?? ajv.compile(JSON.parse(absolute) as object);
    validators.set(schema, validate);
    return validate(value);
  };
}
