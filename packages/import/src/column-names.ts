/** What a column may say. */
export const FIELDS = [
  'effectiveAt',
  'timeOfDay',
  'document',
  'cancelledAt',
  'eventId',
  'productId',
  'quantityIn',
  'quantityOut',
  'quantity',
  'eventType',
  'unitPrice',
  'currency',
  'name',
  'unit',
  'color',
  'size',
  'reorderPoint',
  'reason',
  'country',
] as const;
export type Field = (typeof FIELDS)[number];

/** Names of a quantity that say that it was counted. */
export const COUNTED: readonly string[] = [
  ...['onhand', 'quantityonhand', 'qtyonhand', 'onhandquantity', 'counted', 'countedquantity', 'countedqty'],
  ...[
    'stock',
    'stockquantity',
    'onhandcurrent',
    'available',
    'availablequantity',
    'inventory',
    'inventoryquantity',
  ],
  ...[
    'variantinventoryqty',
    'currentquantity',
    'balance',
    'balanceqty',
    'openingstock',
    'bestand',
    'lagerbestand',
  ],
  ...['istmenge', 'inventar', 'existencias', 'giacenza', 'voorraad', 'estoque', 'stockreel', 'lagersaldo'],
];
/** Names of a quantity that say that it was sold. */
export const SOLD: readonly string[] = [
  'unitssold',
  'sold',
  'quantitysold',
  'soldquantity',
  'lineitemquantity',
];
/** Names of a quantity that say that it came in. */
export const RECEIVED: readonly string[] = [
  'receivedqty',
  'receivedquantity',
  'quantityreceived',
  'qtyreceived',
];
/** Names of a quantity with the sign of a movement. */
export const MOVED: readonly string[] = [
  'qtychange',
  'quantitychange',
  'actualqty',
  'adjustment',
  'difference',
  'delta',
];

/**
 * The common names of each column, in lower case without accents, blanks and punctuation. The first match
 * counts.
 */
export const NAMES: Readonly<Record<Field, readonly string[]>> = {
  effectiveAt: [
    ...['effectiveat', 'invoicedate', 'date', 'datetime', 'timestamp', 'orderdate', 'saledate', 'createdat'],
    ...['postingdate', 'receiptdate', 'countdate', 'movementdate', 'datum', 'rechnungsdatum', 'belegdatum'],
    ...['buchungsdatum', 'fecha', 'data', 'dato', 'datecommande'],
  ],
  timeOfDay: ['time', 'timeofday', 'postingtime', 'uhrzeit', 'heure', 'hora', 'ora', 'tijd', 'klokkeslett'],
  document: [
    ...['document', 'invoiceno', 'invoice', 'invoicenumber', 'invoiceid', 'orderno', 'order', 'ordernumber'],
    ...[
      'orderid',
      'transactionid',
      'receiptno',
      'receipt',
      'voucherno',
      'voucher',
      'documentno',
      'rechnungsnummer',
    ],
    ...[
      'rechnungsnr',
      'rechnung',
      'belegnummer',
      'belegnr',
      'beleg',
      'numerofacture',
      'facture',
      'numerofactura',
    ],
    ...['factura', 'fattura', 'factuur', 'bestellnummer', 'commande', 'pedido'],
  ],
  cancelledAt: ['cancelledat', 'canceledat', 'cancelled', 'storniertam', 'storno'],
  eventId: ['eventid', 'lineid', 'lineitemid', 'movementid', 'entryid'],
  productId: [
    ...[
      'productid',
      'sku',
      'stockcode',
      'productcode',
      'lineitemsku',
      'variantsku',
      'itemno',
      'itemcode',
      'itemid',
    ],
    ...['internalreference', 'productinternalreference', 'product', 'item', 'articleno', 'article', 'code'],
    ...['artikelnummer', 'artikelnr', 'artikel', 'codearticle', 'reference', 'codigo', 'articulo', 'codice'],
    ...['articolo', 'artikelcode', 'varenummer', 'referencia'],
  ],
  quantityIn: [
    'quantityin',
    'inqty',
    'qtyin',
    'in',
    'zugang',
    'eingang',
    'entree',
    'entrada',
    'entrata',
    'inward',
  ],
  quantityOut: [
    'quantityout',
    'outqty',
    'qtyout',
    'out',
    'abgang',
    'ausgang',
    'sortie',
    'salida',
    'uscita',
    'outward',
  ],
  quantity: [
    ...['quantity', 'qty', 'units', ...SOLD, ...RECEIVED, ...MOVED, ...COUNTED, 'count', 'menge', 'anzahl'],
    ...['stuckzahl', 'quantite', 'qte', 'cantidad', 'quantita', 'quantidade', 'aantal', 'antal'],
  ],
  eventType: [
    ...['eventtype', 'movementtype', 'transactiontype', 'type', 'bewegungsart', 'buchungsart', 'mouvement'],
    ...['movimiento', 'tipo'],
  ],
  unitPrice: [
    ...[
      'unitprice',
      'price',
      'itemprice',
      'lineitemprice',
      'variantprice',
      'regularprice',
      'saleprice',
      'rate',
    ],
    ...[
      'einzelpreis',
      'preis',
      'stuckpreis',
      'prixunitaire',
      'prix',
      'preciounitario',
      'precio',
      'salesprice',
    ],
    ...['prezzounitario', 'prezzo', 'preco', 'prijs', 'pris'],
  ],
  currency: ['currency', 'currencycode', 'wahrung', 'devise', 'moneda', 'valuta', 'moeda'],
  name: [
    ...[
      'name',
      'productname',
      'itemname',
      'lineitemname',
      'description',
      'title',
      'displayname',
      'bezeichnung',
    ],
    ...['beschreibung', 'designation', 'libelle', 'descripcion', 'descrizione', 'descricao', 'omschrijving'],
    ...['nombre', 'nom', 'navn'],
  ],
  unit: [
    'unit',
    'uom',
    'unitofmeasure',
    'stockuom',
    'einheit',
    'unite',
    'unidad',
    'unita',
    'eenheid',
    'enhet',
  ],
  color: ['color', 'colour', 'farbe', 'couleur', 'colore', 'kleur', 'farge'],
  size: ['size', 'grosse', 'taille', 'talla', 'taglia', 'maat', 'storrelse'],
  reorderPoint: [
    ...[
      'reorderpoint',
      'reorderlevel',
      'lowstockamount',
      'lowstocklevel',
      'minimumstock',
      'minstock',
      'mindestbestand',
    ],
    ...['meldebestand', 'minqty', 'stockminimum', 'stockminimo'],
  ],
  reason: ['reason', 'note', 'notes', 'comment', 'grund', 'bemerkung', 'motif', 'motivo', 'reden'],
  country: ['country', 'shippingcountry', 'land', 'pays', 'pais', 'paese'],
};

/** NFD splits an accented letter into the letter and its accent. The accent is removed. */
export const plain = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9]/g, '');
