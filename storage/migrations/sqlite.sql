-- 0018
--
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
--
CREATE TABLE districts (
	id VARCHAR NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	code TEXT NOT NULL, 
	province TEXT NOT NULL, 
	CONSTRAINT pk_districts PRIMARY KEY (id)
)
--
CREATE TABLE portals (
	district_id VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	family TEXT NOT NULL, 
	until DATE, 
	CONSTRAINT pk_portals PRIMARY KEY (district_id, url), 
	CONSTRAINT fk_portals_district_id FOREIGN KEY(district_id) REFERENCES districts (id)
)
--
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	district_id VARCHAR NOT NULL, 
	portal VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	verdict TEXT, 
	counts JSON NOT NULL, 
	evidence JSON NOT NULL, 
	warc_files JSON NOT NULL, 
	listings JSON NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	pid_token TEXT NOT NULL, kind VARCHAR DEFAULT 'crawl' NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id)
)
--
CREATE INDEX ix_runs_district_id_portal_id ON runs (district_id, portal, id)
--
CREATE TABLE frontier (
	id INTEGER NOT NULL, 
	portal VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	request JSON NOT NULL, 
	CONSTRAINT pk_frontier PRIMARY KEY (id), 
	CONSTRAINT uq_frontier_portal_key UNIQUE (portal, "key")
)
--
CREATE TABLE captures (
	id INTEGER NOT NULL, 
	run_id INTEGER, 
	url_id VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	method TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	fetched_at DATETIME NOT NULL, 
	outcome TEXT, 
	content_type TEXT, 
	etag TEXT, 
	last_modified TEXT, 
	warc_file VARCHAR NOT NULL, 
	warc_offset BIGINT NOT NULL, 
	warc_length BIGINT NOT NULL, 
	digest TEXT NOT NULL, 
	content_digest TEXT NOT NULL, 
	revisit BOOLEAN NOT NULL, file_id VARCHAR, captured_via VARCHAR DEFAULT 'crawl' NOT NULL, captured_by TEXT, source_uri TEXT, 
	CONSTRAINT pk_captures PRIMARY KEY (id), 
	CONSTRAINT fk_captures_run_id FOREIGN KEY(run_id) REFERENCES runs (id), 
	CONSTRAINT uq_captures_warc_file_warc_offset UNIQUE (warc_file, warc_offset)
)
--
CREATE INDEX ix_captures_url_id_fetched_at ON captures (url_id, fetched_at)
--
CREATE TABLE articles (
	id VARCHAR NOT NULL, 
	district_id VARCHAR NOT NULL, 
	portal VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	status TEXT NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	gone_at DATETIME, 
	version INTEGER NOT NULL, 
	published_order VARCHAR NOT NULL, 
	exact VARCHAR, 
	bands BLOB, 
	algorithm TEXT, 
	duplicate_of VARCHAR, 
	duplicate_kind TEXT, unseen_since DATETIME, first_crawled_at DATETIME, 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT fk_articles_duplicate_of FOREIGN KEY(duplicate_of) REFERENCES articles (id)
)
--
CREATE INDEX ix_articles_district_id_portal_published_order_id ON articles (district_id, portal, published_order, id)
--
CREATE INDEX ix_articles_duplicate_of ON articles (duplicate_of)
--
CREATE INDEX ix_articles_exact_published_order_first_seen_at_id ON articles (exact, published_order, first_seen_at, id)
--
CREATE TABLE versions (
	id INTEGER NOT NULL, 
	article_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	run_id INTEGER, 
	fetched_at DATETIME NOT NULL, 
	title TEXT NOT NULL, 
	lead TEXT, 
	body TEXT NOT NULL, 
	author TEXT, 
	category TEXT, 
	published_at VARCHAR, 
	published_precision TEXT NOT NULL, 
	published_source TEXT, 
	published_raw TEXT, 
	published_is_event BOOLEAN NOT NULL, 
	captions JSON NOT NULL, 
	images JSON NOT NULL, 
	attachments JSON NOT NULL, 
	tags JSON NOT NULL, 
	flags JSON NOT NULL, 
	encoding TEXT NOT NULL, 
	reader_version TEXT NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	folded TEXT NOT NULL, 
	warc_file VARCHAR, 
	warc_offset BIGINT, 
	warc_length BIGINT, 
	warc_digest TEXT, confidence DOUBLE, witnesses JSON, captured_via VARCHAR, evidence_at DATETIME, parts JSON, named_by TEXT, 
	CONSTRAINT pk_versions PRIMARY KEY (id), 
	CONSTRAINT fk_versions_article_id FOREIGN KEY(article_id) REFERENCES articles (id), 
	CONSTRAINT fk_versions_run_id FOREIGN KEY(run_id) REFERENCES runs (id), 
	CONSTRAINT uq_versions_article_id_number UNIQUE (article_id, number)
)
--
CREATE INDEX ix_versions_warc_file_warc_offset ON versions (warc_file, warc_offset)
--
CREATE TABLE furniture (
	portal VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	pages INTEGER NOT NULL, 
	firm INTEGER NOT NULL, 
	varied BOOLEAN NOT NULL, 
	taken BOOLEAN NOT NULL, 
	place TEXT, 
	shown INTEGER NOT NULL, 
	shown_of INTEGER NOT NULL, 
	settled BOOLEAN NOT NULL, 
	first_seen_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_furniture PRIMARY KEY (portal, "key")
)
--
CREATE TABLE furniture_counts (
	portal VARCHAR NOT NULL, 
	pages INTEGER NOT NULL, 
	once TEXT NOT NULL, design TEXT, 
	CONSTRAINT pk_furniture_counts PRIMARY KEY (portal)
)
--
CREATE TABLE bands (
	"key" BIGINT NOT NULL, 
	exact VARCHAR NOT NULL, 
	CONSTRAINT pk_bands PRIMARY KEY ("key", exact)
)
 WITHOUT ROWID


--
CREATE TABLE links (
	first VARCHAR NOT NULL, 
	second VARCHAR NOT NULL, 
	similarity DOUBLE NOT NULL, 
	CONSTRAINT pk_links PRIMARY KEY (first, second)
)
 WITHOUT ROWID


--
CREATE INDEX ix_links_second ON links (second)
--
CREATE VIRTUAL TABLE search USING fts5(
        folded, content="versions", content_rowid='id', tokenize='unicode61 remove_diacritics 0')
--
CREATE TRIGGER search_insert AFTER INSERT ON versions BEGIN
        INSERT INTO search(rowid, folded) VALUES (new.id, new.folded); END
--
CREATE TRIGGER search_delete AFTER DELETE ON versions BEGIN
        INSERT INTO search(search, rowid, folded) VALUES ('delete', old.id, old.folded); END
--
CREATE TABLE designs (
	article_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	design TEXT NOT NULL, 
	lines TEXT, 
	CONSTRAINT pk_designs PRIMARY KEY (article_id), 
	CONSTRAINT fk_designs_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
)
--
CREATE TABLE suspects (
	id INTEGER NOT NULL, 
	article_id VARCHAR NOT NULL, 
	portal VARCHAR NOT NULL, 
	run_id INTEGER, 
	kind TEXT NOT NULL, 
	seen_at DATETIME NOT NULL, 
	reason TEXT NOT NULL, 
	text TEXT NOT NULL, 
	warc_file VARCHAR, 
	warc_offset BIGINT, 
	CONSTRAINT pk_suspects PRIMARY KEY (id)
)
--
CREATE INDEX ix_suspects_article_id ON suspects (article_id)
--
CREATE INDEX ix_suspects_portal_run_id ON suspects (portal, run_id)
--
CREATE TABLE holders (
	url_id VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	article_id VARCHAR NOT NULL, 
	CONSTRAINT pk_holders PRIMARY KEY (url_id, since), 
	CONSTRAINT fk_holders_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
)
--
CREATE INDEX ix_captures_file_id_fetched_at ON captures (file_id, fetched_at) WHERE file_id IS NOT NULL
--
CREATE TABLE files (
	id VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	host VARCHAR NOT NULL, 
	portal VARCHAR NOT NULL, 
	district_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	size BIGINT, 
	first_seen_at DATETIME NOT NULL, 
	last_seen_at DATETIME NOT NULL, 
	looked_at DATETIME, 
	next_at DATETIME, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_files PRIMARY KEY (id)
)
--
CREATE INDEX ix_files_host_next_at ON files (host, next_at)
--
CREATE INDEX ix_files_portal_status ON files (portal, status)
--
CREATE INDEX ix_files_looked_at ON files (looked_at)
--
CREATE TABLE file_versions (
	id INTEGER NOT NULL, 
	file_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	fetched_at DATETIME NOT NULL, 
	content_digest VARCHAR NOT NULL, 
	size BIGINT NOT NULL, 
	type TEXT NOT NULL, 
	content_type TEXT, 
	name TEXT NOT NULL, 
	warc_file VARCHAR NOT NULL, 
	warc_offset BIGINT NOT NULL, 
	warc_length BIGINT NOT NULL, 
	warc_digest VARCHAR NOT NULL, 
	CONSTRAINT pk_file_versions PRIMARY KEY (id), 
	CONSTRAINT fk_file_versions_file_id FOREIGN KEY(file_id) REFERENCES files (id), 
	CONSTRAINT uq_file_versions_file_id_number UNIQUE (file_id, number)
)
--
CREATE INDEX ix_file_versions_content_digest ON file_versions (content_digest)
--
CREATE INDEX ix_file_versions_warc_digest ON file_versions (warc_digest)
--
CREATE INDEX ix_file_versions_warc_file_warc_offset ON file_versions (warc_file, warc_offset)
--
CREATE TABLE contents (
	id INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	type TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	status VARCHAR, 
	pages INTEGER, 
	text_source TEXT, 
	font TEXT, 
	text TEXT, 
	folded TEXT NOT NULL, 
	page_ends JSON, 
	members JSON, 
	doc_code VARCHAR, 
	doc_number TEXT, 
	doc_symbol TEXT, 
	doc_type TEXT, 
	doc_date VARCHAR, 
	doc_date_precision TEXT, 
	doc_place TEXT, 
	doc_issuer TEXT, 
	doc_subject TEXT, 
	doc_signer TEXT, 
	doc_capacity TEXT, 
	annex_of TEXT, 
	reader_version TEXT, 
	read_at DATETIME, 
	CONSTRAINT pk_contents PRIMARY KEY (id), 
	CONSTRAINT uq_contents_digest UNIQUE (digest)
)
--
CREATE INDEX ix_contents_status ON contents (status)
--
CREATE INDEX ix_contents_doc_code ON contents (doc_code)
--
CREATE INDEX ix_contents_doc_date ON contents (doc_date)
--
CREATE TABLE article_files (
	article_id VARCHAR NOT NULL, 
	file_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	first_version INTEGER NOT NULL, 
	last_version INTEGER NOT NULL, 
	CONSTRAINT pk_article_files PRIMARY KEY (article_id, file_id, role), 
	CONSTRAINT fk_article_files_article_id FOREIGN KEY(article_id) REFERENCES articles (id), 
	CONSTRAINT fk_article_files_file_id FOREIGN KEY(file_id) REFERENCES files (id)
)
--
CREATE INDEX ix_article_files_file_id ON article_files (file_id)
--
CREATE VIRTUAL TABLE search_contents USING fts5(
        folded, content="contents", content_rowid='id', tokenize='unicode61 remove_diacritics 0')
--
CREATE TRIGGER search_contents_insert AFTER INSERT ON contents BEGIN
        INSERT INTO search_contents(rowid, folded) VALUES (new.id, new.folded); END
--
CREATE TRIGGER search_contents_delete AFTER DELETE ON contents BEGIN
        INSERT INTO search_contents(search_contents, rowid, folded) VALUES ('delete', old.id, old.folded);
        END
--
CREATE TABLE checks (
	id INTEGER NOT NULL, 
	district_id VARCHAR NOT NULL, 
	portal VARCHAR NOT NULL, 
	candidate BOOLEAN NOT NULL, 
	checked_at DATETIME NOT NULL, 
	state TEXT NOT NULL, 
	sure TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	target TEXT, 
	newest DATE, 
	office TEXT, 
	title TEXT, 
	language TEXT, 
	family TEXT NOT NULL, 
	family_sure TEXT NOT NULL, 
	robots TEXT NOT NULL, 
	address TEXT NOT NULL, 
	certificate TEXT NOT NULL, 
	requests INTEGER NOT NULL, 
	answers JSON NOT NULL, 
	previous TEXT, 
	CONSTRAINT pk_checks PRIMARY KEY (id)
)
--
CREATE INDEX ix_checks_district_id_portal_id ON checks (district_id, portal, id)
--
CREATE TABLE holdings (
	id INTEGER NOT NULL, 
	source VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	district_id VARCHAR NOT NULL, 
	portal VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	url_id VARCHAR NOT NULL, 
	stamp VARCHAR NOT NULL, 
	mime TEXT NOT NULL, 
	status INTEGER, 
	digest VARCHAR NOT NULL, 
	length BIGINT, 
	ref TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	reason TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	CONSTRAINT pk_holdings PRIMARY KEY (id), 
	CONSTRAINT uq_holdings_source_key UNIQUE (source, "key")
)
--
CREATE INDEX ix_holdings_portal_url_id_stamp ON holdings (portal, url_id, stamp)
--
CREATE TABLE listed (
	source VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	part VARCHAR NOT NULL, 
	resume TEXT, 
	since TEXT NOT NULL, 
	began_at DATETIME NOT NULL, 
	until_at DATETIME, 
	lines BIGINT NOT NULL, 
	stop BIGINT, 
	CONSTRAINT pk_listed PRIMARY KEY (source, scope, part)
)
--
CREATE TABLE pauses (
	source VARCHAR NOT NULL, 
	until_at DATETIME NOT NULL, 
	seconds BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_pauses PRIMARY KEY (source)
)
--
CREATE TABLE places (
	place_id VARCHAR NOT NULL, 
	level VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	parent VARCHAR, 
	valid_from VARCHAR, 
	valid_to VARCHAR, 
	lat DOUBLE, 
	lon DOUBLE, 
	note TEXT, 
	CONSTRAINT pk_places PRIMARY KEY (place_id)
)
--
CREATE INDEX ix_places_level_code ON places (level, code)
--
CREATE INDEX ix_places_parent ON places (parent)
--
CREATE TABLE place_changes (
	id INTEGER NOT NULL, 
	old_place_id VARCHAR NOT NULL, 
	new_place_id VARCHAR, 
	changed_on VARCHAR NOT NULL, 
	how VARCHAR NOT NULL, 
	resolution TEXT, 
	CONSTRAINT pk_place_changes PRIMARY KEY (id)
)
--
CREATE INDEX ix_place_changes_old_place_id ON place_changes (old_place_id)
--
CREATE INDEX ix_place_changes_new_place_id ON place_changes (new_place_id)
--
CREATE TABLE place_editions (
	fingerprint VARCHAR NOT NULL, 
	filled_at DATETIME NOT NULL, 
	CONSTRAINT pk_place_editions PRIMARY KEY (fingerprint)
)
--
CREATE TRIGGER search_update AFTER UPDATE OF folded ON versions BEGIN
        INSERT INTO search(search, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO search(rowid, folded) VALUES (new.id, new.folded); END
--
CREATE TRIGGER search_contents_update AFTER UPDATE OF folded ON contents BEGIN
        INSERT INTO search_contents(search_contents, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO search_contents(rowid, folded) VALUES (new.id, new.folded); END
--
CREATE TABLE mentions (
	article_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	field VARCHAR NOT NULL, 
	span_start INTEGER NOT NULL, 
	span_end INTEGER NOT NULL, 
	place_id VARCHAR NOT NULL, 
	how VARCHAR NOT NULL, 
	CONSTRAINT pk_mentions PRIMARY KEY (article_id, version, field, span_start), 
	CONSTRAINT fk_mentions_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
)
--
CREATE INDEX ix_mentions_place_id ON mentions (place_id)
--
CREATE TABLE documents_named (
	article_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	field VARCHAR NOT NULL, 
	span_start INTEGER NOT NULL, 
	span_end INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	type TEXT, 
	number TEXT NOT NULL, 
	year TEXT, 
	symbol TEXT NOT NULL, 
	issuer_symbol TEXT, 
	issuer TEXT, 
	date VARCHAR, 
	date_precision TEXT, 
	CONSTRAINT pk_documents_named PRIMARY KEY (article_id, version, field, span_start), 
	CONSTRAINT fk_documents_named_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
)
--
CREATE INDEX ix_documents_named_code ON documents_named (code)
--
CREATE INDEX ix_versions_events ON versions (article_id, number) WHERE published_is_event = 1
--
CREATE INDEX ix_articles_foreign ON articles (id) WHERE first_crawled_at IS NULL
--
CREATE TABLE shared_nights (
	id INTEGER NOT NULL, 
	selection TEXT NOT NULL, 
	districts TEXT NOT NULL, 
	after_run INTEGER NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	closed_by TEXT, 
	CONSTRAINT pk_shared_nights PRIMARY KEY (id)
)
--
CREATE INDEX ix_shared_nights_closed_at ON shared_nights (closed_at)
--
CREATE TABLE night_machines (
	id INTEGER NOT NULL, 
	night_id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	joined_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	stopped TEXT, 
	notices JSON NOT NULL, 
	CONSTRAINT pk_night_machines PRIMARY KEY (id), 
	CONSTRAINT fk_night_machines_night_id FOREIGN KEY(night_id) REFERENCES shared_nights (id)
)
--
CREATE INDEX ix_night_machines_night_id ON night_machines (night_id)
--
CREATE TABLE night_districts (
	night_id INTEGER NOT NULL, 
	district_id VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	seconds DOUBLE NOT NULL, 
	machine_id INTEGER, 
	tries INTEGER NOT NULL, 
	free_at DATETIME, 
	done_at DATETIME, 
	result JSON, 
	CONSTRAINT pk_night_districts PRIMARY KEY (night_id, district_id), 
	CONSTRAINT fk_night_districts_night_id FOREIGN KEY(night_id) REFERENCES shared_nights (id), 
	CONSTRAINT fk_night_districts_machine_id FOREIGN KEY(machine_id) REFERENCES night_machines (id)
)
--
CREATE INDEX ix_night_districts_night_id_unit ON night_districts (night_id, unit)
--
CREATE TABLE catalogue (
	version_id INTEGER NOT NULL, 
	article_id VARCHAR NOT NULL, 
	district_id VARCHAR NOT NULL, 
	published VARCHAR NOT NULL, 
	precision VARCHAR NOT NULL, 
	source VARCHAR, 
	status VARCHAR NOT NULL, 
	copy VARCHAR, 
	flags VARCHAR NOT NULL, 
	files BOOLEAN NOT NULL, 
	confidence DOUBLE, 
	CONSTRAINT pk_catalogue PRIMARY KEY (version_id), 
	CONSTRAINT uq_catalogue_article_id UNIQUE (article_id)
)
--
CREATE INDEX ix_catalogue_newest ON catalogue (published DESC, article_id)
--
CREATE INDEX ix_catalogue_district ON catalogue (district_id, published DESC, article_id)
--
CREATE INDEX ix_catalogue_month ON catalogue (substr(published, 1, 7), precision, copy)
--
CREATE TRIGGER catalogue_article AFTER UPDATE OF district_id, status, version, published_order, duplicate_of, duplicate_kind ON articles WHEN OLD.district_id IS NOT NEW.district_id OR OLD.status IS NOT NEW.status OR OLD.version IS NOT NEW.version OR OLD.published_order IS NOT NEW.published_order OR OLD.duplicate_of IS NOT NEW.duplicate_of OR OLD.duplicate_kind IS NOT NEW.duplicate_kind BEGIN DELETE FROM catalogue WHERE article_id = NEW.id; INSERT INTO catalogue SELECT v.id, a.id, a.district_id,
    CASE a.published_order WHEN '9999' THEN '' ELSE a.published_order END, v.published_precision,
    v.published_source, a.status, CASE WHEN a.duplicate_of IS NULL THEN NULL ELSE a.duplicate_kind END,
    CAST(v.flags AS TEXT), CAST(v.attachments AS TEXT) <> '[]', v.confidence
    FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id = NEW.id; END
--
CREATE TRIGGER catalogue_article_gone AFTER DELETE ON articles BEGIN DELETE FROM catalogue WHERE article_id = OLD.id; END
--
CREATE TRIGGER catalogue_version AFTER INSERT ON versions WHEN NEW.number = (SELECT version FROM articles WHERE id = NEW.article_id) BEGIN DELETE FROM catalogue WHERE article_id = NEW.article_id; INSERT INTO catalogue SELECT v.id, a.id, a.district_id,
    CASE a.published_order WHEN '9999' THEN '' ELSE a.published_order END, v.published_precision,
    v.published_source, a.status, CASE WHEN a.duplicate_of IS NULL THEN NULL ELSE a.duplicate_kind END,
    CAST(v.flags AS TEXT), CAST(v.attachments AS TEXT) <> '[]', v.confidence
    FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id = NEW.article_id; END
--
CREATE TRIGGER catalogue_version_changed AFTER UPDATE OF article_id, number, published_precision, published_source, flags, attachments, confidence ON versions WHEN NEW.number = (SELECT version FROM articles WHERE id = NEW.article_id) AND (OLD.article_id IS NOT NEW.article_id OR OLD.number IS NOT NEW.number OR OLD.published_precision IS NOT NEW.published_precision OR OLD.published_source IS NOT NEW.published_source OR OLD.flags IS NOT NEW.flags OR OLD.attachments IS NOT NEW.attachments OR OLD.confidence IS NOT NEW.confidence) BEGIN DELETE FROM catalogue WHERE article_id = NEW.article_id; INSERT INTO catalogue SELECT v.id, a.id, a.district_id,
    CASE a.published_order WHEN '9999' THEN '' ELSE a.published_order END, v.published_precision,
    v.published_source, a.status, CASE WHEN a.duplicate_of IS NULL THEN NULL ELSE a.duplicate_kind END,
    CAST(v.flags AS TEXT), CAST(v.attachments AS TEXT) <> '[]', v.confidence
    FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id = NEW.article_id; END
--
CREATE TRIGGER catalogue_version_gone AFTER DELETE ON versions BEGIN DELETE FROM catalogue WHERE version_id = OLD.id; END
--
CREATE VIEW articles_current AS SELECT a.id, d.province, d.name AS district, a.district_id,
    v.published_at, v.published_precision, v.published_source, v.published_is_event, v.title, v.lead, v.body,
    v.author, v.category, a.url, a.portal, a.status, v.flags, a.duplicate_of, a.duplicate_kind,
    a.first_seen_at, a.last_seen_at, a.version, c.version_id
    FROM catalogue c JOIN articles a ON a.id = c.article_id JOIN versions v ON v.id = c.version_id
    LEFT JOIN districts d ON d.id = a.district_id
--
CREATE TABLE shipped (
	file VARCHAR NOT NULL, 
	store VARCHAR NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 TEXT NOT NULL, 
	shipped_at DATETIME NOT NULL, 
	CONSTRAINT pk_shipped PRIMARY KEY (file, store)
)
--
CREATE TABLE replayed (
	reader VARCHAR NOT NULL, 
	file VARCHAR NOT NULL, 
	place BIGINT, 
	CONSTRAINT pk_replayed PRIMARY KEY (reader, file)
)
--
CREATE TABLE unlinked (
	id INTEGER NOT NULL, 
	article_id VARCHAR NOT NULL, 
	exact VARCHAR, 
	bands BLOB, 
	warc_file VARCHAR, 
	warc_offset BIGINT, 
	CONSTRAINT pk_unlinked PRIMARY KEY (id)
)
