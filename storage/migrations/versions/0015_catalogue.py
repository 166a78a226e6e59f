"""What search sorts and counts by, beside the words; an index that Datasette finds; a view for people.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROWS = """INSERT INTO catalogue SELECT v.id, a.id, a.district_id,
    CASE a.published_order WHEN '9999' THEN '' ELSE a.published_order END, v.published_precision,
    v.published_source, a.status, CASE WHEN a.duplicate_of IS NULL THEN NULL ELSE a.duplicate_kind END,
    CAST(v.flags AS TEXT), CAST(v.attachments AS TEXT) <> '[]', v.confidence
    FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version"""
OF_ARTICLE = ("district_id", "status", "version", "published_order", "duplicate_of", "duplicate_kind")
OF_VERSION = (
    "article_id", "number", "published_precision", "published_source", "flags", "attachments", "confidence",
)  # fmt: skip
CURRENT = "NEW.number = (SELECT version FROM articles WHERE id = NEW.article_id)"
# Each with what is done then; in SQLite the condition stands before it, in PostgreSQL within.
SQLITE = {
    "article AFTER UPDATE OF {of_article} ON articles WHEN {changed_article}": "{again_article}",
    "article_gone AFTER DELETE ON articles": "DELETE FROM catalogue WHERE article_id = OLD.id;",
    "version AFTER INSERT ON versions WHEN {current}": "{again_version}",
    "version_changed AFTER UPDATE OF {of_version} ON versions WHEN {current} AND ({changed_version})": (
        "{again_version}"
    ),
    "version_gone AFTER DELETE ON versions": "DELETE FROM catalogue WHERE version_id = OLD.id;",
}
POSTGRESQL = {
    "article AFTER UPDATE OF {of_article} ON articles FOR EACH ROW WHEN ({changed_article})": (
        "{again_article}"
    ),
    "article_gone AFTER DELETE ON articles FOR EACH ROW": "DELETE FROM catalogue WHERE article_id = OLD.id;",
    "version AFTER INSERT OR UPDATE OF {of_version} ON versions FOR EACH ROW": (
        "IF {current} THEN {again_version} END IF;"
    ),
    "version_gone AFTER DELETE ON versions FOR EACH ROW": "DELETE FROM catalogue WHERE version_id = OLD.id;",
}
FUNCTION = """CREATE FUNCTION catalogue_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {body} RETURN NULL; END $$"""
VIEW = """CREATE VIEW articles_current AS SELECT a.id, d.province, d.name AS district, a.district_id,
    v.published_at, v.published_precision, v.published_source, v.published_is_event, v.title, v.lead, v.body,
    v.author, v.category, a.url, a.portal, a.status, v.flags, a.duplicate_of, a.duplicate_kind,
    a.first_seen_at, a.last_seen_at, a.version, c.version_id
    FROM catalogue c JOIN articles a ON a.id = c.article_id JOIN versions v ON v.id = c.version_id
    LEFT JOIN districts d ON d.id = a.district_id"""
# Datasette finds the index of a table by these words in double quotes. They are only text to SQLite, so the
# index need not be built again; the tables that follow in this migration make it read them.
QUOTED = """UPDATE sqlite_master SET sql = replace(sql, 'content=''{table}''', 'content="{table}"')
    WHERE name = '{index}'"""


def upgrade() -> None:
    """Fills the catalogue, a second for 100,000 articles; the words are not indexed again."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("PRAGMA writable_schema = ON")
        for table, index in (("versions", "search"), ("contents", "search_contents")):
            op.execute(QUOTED.format(table=table, index=index))
        op.execute("PRAGMA writable_schema = OFF")
    op.create_table(
        "catalogue",
        sa.Column("version_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("published", KEY, nullable=False),
        sa.Column("precision", KEY, nullable=False),
        sa.Column("source", KEY, nullable=True),
        sa.Column("status", KEY, nullable=False),
        sa.Column("copy", KEY, nullable=True),
        sa.Column("flags", KEY, nullable=False),
        sa.Column("files", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("version_id", name="pk_catalogue"),
        sa.UniqueConstraint("article_id", name="uq_catalogue_article_id"),
    )
    op.execute(ROWS)
    op.execute("CREATE INDEX ix_catalogue_newest ON catalogue (published DESC, article_id)")
    op.execute("CREATE INDEX ix_catalogue_district ON catalogue (district_id, published DESC, article_id)")
    op.execute("CREATE INDEX ix_catalogue_month ON catalogue (substr(published, 1, 7), precision, copy)")
    op.execute("DROP INDEX ix_versions_newest")
    words = {
        "of_article": ", ".join(OF_ARTICLE),
        "of_version": ", ".join(OF_VERSION),
        "changed_article": _changed(OF_ARTICLE, sqlite),
        "changed_version": _changed(OF_VERSION, sqlite),
        "again_article": _again("NEW.id"),
        "again_version": _again("NEW.article_id"),
        "current": CURRENT,
    }
    for when, body in (SQLITE if sqlite else POSTGRESQL).items():
        when, body, name = when.format(**words), body.format(**words), when.partition(" ")[0]
        if sqlite:
            op.execute(f"CREATE TRIGGER catalogue_{when} BEGIN {body} END")
        else:
            op.execute(FUNCTION.format(name=name, body=body))
            op.execute(f"CREATE TRIGGER catalogue_{when} EXECUTE FUNCTION catalogue_{name}()")
    op.execute(VIEW)


def _changed(columns: tuple[str, ...], sqlite: bool) -> str:
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in columns)


def _again(key: str) -> str:
    return f"DELETE FROM catalogue WHERE article_id = {key}; {ROWS} WHERE a.id = {key};"  # noqa: S608
