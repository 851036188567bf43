// title.en = "Data freshness"
// title.zh = "数据新鲜度"
// description.en = "For each kind of record: how many there are, how many carry no date, the oldest and newest day, and how many are recent."
// description.zh = "每类记录有多少条、多少条没有日期、最早和最晚是哪天、近期有多少条。"
// starts_from = "none"
//
// [parameters.recent_since]
// type = "date"
// default = "as_of-90"
// help.en = "Recent means on or after this day"
// help.zh = "从这天起算近期"
//
// [columns]
// record = "text"
// records = "integer"
// undated = "integer"
// first = "date"
// last = "date"
// recent = "integer"
MATCH (:Party)-[r:SUPPLIES]->(:Party)
WITH {record: 'supplies', records: count(r), dated: count(r.last), first: min(r.first), last: max(r.last),
  recent: count(CASE WHEN r.last >= $recent_since THEN 1 END)} AS supplies
OPTIONAL MATCH (:Party)-[r:KNOWS]->(:Party)
WITH supplies,
  {record: 'ties', records: count(r), dated: count(r.date), first: min(r.date), last: max(r.date),
  recent: count(CASE WHEN r.date >= $recent_since THEN 1 END)} AS ties
OPTIONAL MATCH (:Party)-[r:OWNS]->(:Party)
WITH supplies, ties,
  {record: 'ownership', records: count(r), dated: count(r.date), first: min(r.date), last: max(r.date),
  recent: count(CASE WHEN r.date >= $recent_since THEN 1 END)} AS ownership
OPTIONAL MATCH (r:Loan)
WITH supplies, ties, ownership,
  {record: 'loans', records: count(r), dated: count(r.start), first: min(r.start), last: max(r.start),
  recent: count(CASE WHEN r.start >= $recent_since THEN 1 END)} AS loans
OPTIONAL MATCH (:Manager)-[r:CONTACTED]->(:Party)
WITH supplies, ties, ownership, loans,
  {record: 'contacts', records: count(r), dated: count(r.date), first: min(r.date), last: max(r.date),
  recent: count(CASE WHEN r.date >= $recent_since THEN 1 END)} AS contacts
OPTIONAL MATCH (:Party)-[r:REFERRED]->(:Party)
WITH supplies, ties, ownership, loans, contacts,
  {record: 'referrals', records: count(r), dated: count(r.date), first: min(r.date), last: max(r.date),
  recent: count(CASE WHEN r.date >= $recent_since THEN 1 END)} AS referrals
OPTIONAL MATCH (r:Signal)
WITH supplies, ties, ownership, loans, contacts, referrals,
  {record: 'signals', records: count(r), dated: count(r.date), first: min(r.date), last: max(r.date),
  recent: count(CASE WHEN r.date >= $recent_since THEN 1 END)} AS signals
OPTIONAL MATCH (:Party)-[r:GUARANTEES]->(:Party)
WITH supplies, ties, ownership, loans, contacts, referrals, signals,
  {record: 'guarantees', records: count(r), dated: count(r.date), first: min(r.date), last: max(r.date),
  recent: count(CASE WHEN r.date >= $recent_since THEN 1 END)} AS guarantees
UNWIND [contacts, guarantees, loans, ownership, referrals, signals, supplies, ties] AS row
RETURN row.record AS record, row.records AS records, row.records - row.dated AS undated, row.first AS first,
  row.last AS last, row.recent AS recent
ORDER BY record;
