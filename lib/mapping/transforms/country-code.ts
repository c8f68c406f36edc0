/** ISO 3166-1: alpha-2 and alpha-3 of each country, run together. */
const CODES =
  'ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL ' +
  'BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD ' +
  'CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA ' +
  'DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF ' +
  'GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN ' +
  'IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA ' +
  'KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE ' +
  'MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM ' +
  'NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM ' +
  'PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN ' +
  'SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL ' +
  'TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR ' +
  'VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM YTMYT ZAZAF ZMZMB ZWZWE';

/** Names in common use beside those that `Intl` knows. */
const COMMON: Record<string, string[]> = {
  AE: ['Emirates', 'UAE'],
  BA: ['Bosnia'],
  BN: ['Brunei Darussalam'],
  BO: ['Plurinational State of Bolivia'],
  CD: ['DR Congo', 'DRC', 'Democratic Republic of the Congo'],
  CG: ['Congo', 'Republic of the Congo'],
  CI: ['Ivory Coast'],
  CN: ['Mainland China', "People's Republic of China", 'PRC', 'PR China'],
  CV: ['Cabo Verde'],
  CZ: ['Czech Republic'],
  FM: ['Federated States of Micronesia'],
  GB: [
    'Great Britain',
    'Britain',
    'England',
    'Scotland',
    'Wales',
    'Northern Ireland',
    'UK',
    'United Kingdom of Great Britain and Northern Ireland',
  ],
  HK: ['Hong Kong SAR', 'Hong Kong China', 'Hongkong'],
  IE: ['Republic of Ireland', 'Eire'],
  IR: ['Islamic Republic of Iran'],
  KP: ['Democratic People’s Republic of Korea'],
  KR: ['Korea', 'Republic of Korea', 'South Korea'],
  LA: ['Lao PDR', "Lao People's Democratic Republic"],
  MD: ['Republic of Moldova'],
  MK: ['Macedonia'],
  MM: ['Burma', 'Myanmar'],
  MO: ['Macau', 'Macao', 'Macau SAR', 'Macao SAR'],
  NL: ['Holland', 'The Netherlands'],
  PH: ['The Philippines'],
  PS: ['Palestine', 'State of Palestine'],
  RU: ['Russian Federation'],
  SY: ['Syrian Arab Republic'],
  SZ: ['Swaziland'],
  TL: ['East Timor'],
  TR: ['Turkey', 'Turkiye'],
  TW: ['Taiwan ROC', 'Republic of China', 'Chinese Taipei'],
  TZ: ['United Republic of Tanzania'],
  US: ['United States of America', 'America', 'USA', 'The States'],
  VA: ['Holy See', 'Vatican'],
  VE: ['Bolivarian Republic of Venezuela'],
  VN: ['Viet Nam'],
};

/** Letters only, so that accents, case, points and "the" make no difference. */
const comparable = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/\bst\.? /g, 'saint ')
    .replace(/^the /, '')
    .replace(/[^\p{L}]/gu, '');

/** "Korea, Republic of" stands in ISO's own list. */
const inReadingOrder = (name: string): string => name.split(',').reverse().join(' ');

const namesOf = (code: string): string[] =>
  (['long', 'short'] as const).flatMap(
    (style) => new Intl.DisplayNames('en', { type: 'region', style }).of(code) ?? [],
  );

const buildCodes = (): Map<string, string> => {
  const codes = CODES.split(' ').map((pair) => [pair.slice(0, 2), pair.slice(2)] as const);
  return new Map([
    ...codes.flatMap(([code]) => namesOf(code).map((name) => [comparable(name), code] as const)),
    ...Object.entries(COMMON).flatMap(([code, names]) => names.map((name) => [comparable(name), code] as const)),
    // Last, because a code means itself whatever else it may abbreviate.
    ...codes.flatMap(([code, alpha3]) => [code, alpha3].map((text) => [text.toLowerCase(), code] as const)),
  ]);
};

let codeByName: Map<string, string> | undefined;

/** ISO 3166-1 alpha-2 of a country given as ISO code (two or three letters) or by its English or common name. */
export const countryCodeOf = (country: string): string | undefined => {
  if (country.length > 128) return undefined;
  codeByName ??= buildCodes(); // names take some milliseconds to make, which only a phone number is worth
  return codeByName.get(comparable(country)) ?? codeByName.get(comparable(inReadingOrder(country)));
};
