/** Countries and states as Odoo ships them: all ISO countries, states where shops ask for them. */

/** ISO 3166-1 alpha-2. */
const CODES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP ' +
  'KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT ' +
  'MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG ' +
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

const US =
  'AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut DE:Delaware ' +
  'DC:District_of_Columbia FL:Florida GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa KS:Kansas ' +
  'KY:Kentucky LA:Louisiana ME:Maine MD:Maryland MA:Massachusetts MI:Michigan MN:Minnesota MS:Mississippi ' +
  'MO:Missouri MT:Montana NE:Nebraska NV:Nevada NH:New_Hampshire NJ:New_Jersey NM:New_Mexico NY:New_York ' +
  'NC:North_Carolina ND:North_Dakota OH:Ohio OK:Oklahoma OR:Oregon PA:Pennsylvania RI:Rhode_Island ' +
  'SC:South_Carolina SD:South_Dakota TN:Tennessee TX:Texas UT:Utah VT:Vermont VA:Virginia WA:Washington ' +
  'WV:West_Virginia WI:Wisconsin WY:Wyoming';
const CA =
  'AB:Alberta BC:British_Columbia MB:Manitoba NB:New_Brunswick NL:Newfoundland_and_Labrador NT:Northwest_Territories ' +
  'NS:Nova_Scotia NU:Nunavut ON:Ontario PE:Prince_Edward_Island QC:Quebec SK:Saskatchewan YT:Yukon';
const ES =
  'A:Alicante AL:Almería B:Barcelona BA:Badajoz BI:Bizkaia C:A_Coruña CA:Cádiz CO:Córdoba GI:Girona GR:Granada ' +
  'M:Madrid MA:Málaga MU:Murcia O:Asturias PM:Illes_Balears S:Cantabria SE:Sevilla T:Tarragona V:Valencia Z:Zaragoza';
const IT =
  'BA:Bari BO:Bologna BS:Brescia CA:Cagliari FI:Firenze GE:Genova MI:Milano NA:Napoli PA:Palermo PD:Padova RM:Roma ' +
  'TO:Torino TN:Trento TS:Trieste VE:Venezia VR:Verona';

export interface CountrySeed {
  readonly code: string;
  readonly name: string;
  readonly states: readonly { readonly code: string; readonly name: string }[];
}

const STATES: Readonly<Record<string, string>> = { US, CA, ES, IT };

/** All countries with their English names. */
export function listCountries(): CountrySeed[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  return CODES.split(' ').map((code) => ({
    code,
    name: names.of(code) ?? code,
    states: readStates(STATES[code] ?? ''),
  }));
}

function readStates(text: string): { code: string; name: string }[] {
  return text
    .split(' ')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [code = '', name = ''] = entry.split(':');
      return { code, name: name.replaceAll('_', ' ') };
    });
}
