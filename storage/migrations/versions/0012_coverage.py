"""Small indexes of the articles that a count by month leaves out: events, and those only others captured.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    event = "published_is_event = 1" if op.get_bind().dialect.name == "sqlite" else "published_is_event"
    op.execute(f"CREATE INDEX ix_versions_events ON versions (article_id, number) WHERE {event}")
    op.execute("CREATE INDEX ix_articles_foreign ON articles (id) WHERE first_crawled_at IS NULL")
