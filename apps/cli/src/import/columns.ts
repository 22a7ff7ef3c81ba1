import { MalformedFile } from './malformed-file';

export const FIELDS = [
  'invoiceDate',
  'invoiceNo',
  'stockCode',
  'quantity',
  'unitPrice',
  'description',
  'country',
] as const;
export type Field = (typeof FIELDS)[number];

const REQUIRED: readonly Field[] = ['invoiceDate', 'invoiceNo', 'stockCode', 'quantity'];

/**
 * The common names of each column, in lower case without accents, blanks and punctuation. The first match
 * counts.
 */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  invoiceDate: [
    ...['invoicedate', 'date', 'datetime', 'timestamp', 'orderdate', 'saledate', 'createdat', 'effectiveat'],
    ...['datum', 'rechnungsdatum', 'belegdatum', 'fecha', 'data', 'dato'],
  ],
  invoiceNo: [
    ...['invoiceno', 'invoice', 'invoicenumber', 'invoiceid', 'orderno', 'order', 'ordernumber', 'orderid'],
    ...['transactionid', 'receiptno', 'receipt', 'rechnungsnummer', 'rechnungsnr', 'rechnung', 'belegnummer'],
    ...['belegnr', 'beleg', 'numerofacture', 'facture', 'numerofactura', 'factura', 'fattura', 'factuur'],
  ],
  stockCode: [
    ...['stockcode', 'sku', 'productid', 'productcode', 'product', 'itemno', 'itemcode', 'itemid', 'item'],
    ...['articleno', 'article', 'code', 'artikelnummer', 'artikelnr', 'artikel', 'codearticle', 'reference'],
    ...['codigo', 'articulo', 'codice', 'articolo', 'artikelcode'],
  ],
  quantity: [
    ...['quantity', 'qty', 'units', 'unitssold', 'count', 'menge', 'anzahl', 'stuckzahl', 'quantite', 'qte'],
    ...['cantidad', 'quantita', 'quantidade', 'aantal', 'antal'],
  ],
  unitPrice: [
    ...['unitprice', 'price', 'itemprice', 'einzelpreis', 'preis', 'stuckpreis', 'prixunitaire', 'prix'],
    ...['preciounitario', 'precio', 'prezzounitario', 'prezzo', 'preco', 'prijs', 'pris'],
  ],
  description: [
    ...['description', 'name', 'title', 'productname', 'itemname', 'bezeichnung', 'beschreibung'],
    ...['designation', 'libelle', 'descripcion', 'descrizione', 'descricao', 'omschrijving'],
  ],
  country: ['country', 'shippingcountry', 'land', 'pays', 'pais', 'paese'],
};

/** NFD splits an accented letter into the letter and its accent. The accent is removed. */
const plain = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** The index of each field in a record. */
export type Columns = ReadonlyMap<Field, number>;

/** `--map quantity=Qty` by field. @throws MalformedFile */
function mapped(header: readonly string[], mapping: readonly string[]): Map<Field, number> {
  const columns = new Map<Field, number>();
  for (const entry of mapping) {
    const at = entry.indexOf('=');
    const field = FIELDS.find((name) => name.toLowerCase() === entry.slice(0, at).trim().toLowerCase());
    if (at < 0 || field === undefined)
      throw new MalformedFile(`--map takes FIELD=COLUMN with one of ${FIELDS.join(', ')}, not "${entry}"`);
    const column = entry.slice(at + 1).trim();
    const index = header.indexOf(column);
    if (index < 0)
      throw new MalformedFile(`--map ${entry}: there is no such column in: ${header.join(', ')}`);
    columns.set(field, index);
  }
  return columns;
}

/**
 * Finds the columns by `--map` and by their common names. @throws MalformedFile if a required column is
 * missing
 */
export function columnsOf(header: readonly string[], mapping: readonly string[]): Columns {
  const columns = mapped(header, mapping);
  const taken = new Set(columns.values());
  const names = header.map(plain);
  for (const field of FIELDS) {
    if (columns.has(field)) continue;
    const name = NAMES[field].find((one) => names.some((given, index) => given === one && !taken.has(index)));
    if (name === undefined) continue;
    const index = names.findIndex((given, at) => given === name && !taken.has(at));
    if (names.filter((given, at) => given === name && !taken.has(at)).length > 1)
      throw new MalformedFile(`several columns may be ${field}; say which: --map "${field}=COLUMN"`);
    columns.set(field, index);
    taken.add(index);
  }
  const missing = REQUIRED.filter((field) => !columns.has(field));
  if (missing.length > 0)
    throw new MalformedFile(
      `the header lacks ${missing.join(', ')}; it has: ${header.join(', ')}. Say which column is which: --map "${missing[0]}=COLUMN"`,
    );
  return columns;
}
