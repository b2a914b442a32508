"""The state tables and the views a person opens in Datasette. Statements only.

`verdicts`, `changes`, `courses`, `rumours` and `mentions` hold what each step of the fold brought about, at the place
(publication, article) of the step: up to a place they are the state as of then. `memories` are what the fold can be
carried on from. `statuses` and `meetings` are the present state for people and other queries. `at` and `outlet` of
`readings` are those of their articles, and `feeds` counts the polled ones: lists and counts then read one index.
"""

TABLES = (
    "articles",
    "feeds",
    "shingles",
    "due",
    "readings",
    "watches",
    "statuses",
    "meetings",
    "changes",
    "verdicts",
    "courses",
    "rumours",
    "mentions",
    "memories",
    "told",
)

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS articles (
        article TEXT PRIMARY KEY, title TEXT NOT NULL, outlet TEXT NOT NULL, url TEXT, feed TEXT NOT NULL,
        origin TEXT NOT NULL, published TEXT, precision TEXT NOT NULL, counted_at TEXT, first_seen TEXT NOT NULL,
        updated TEXT, language TEXT, author TEXT, official TEXT, text TEXT NOT NULL, sketch TEXT NOT NULL,
        copies TEXT NOT NULL, revisions INTEGER NOT NULL, position INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS articles_copies ON articles (copies)",
    "CREATE INDEX IF NOT EXISTS articles_counted_at ON articles (counted_at, position)",
    "CREATE INDEX IF NOT EXISTS articles_position ON articles (position)",
    "CREATE INDEX IF NOT EXISTS articles_url ON articles (url)",
    "CREATE INDEX IF NOT EXISTS articles_seen ON articles (origin, first_seen, feed)",
    """CREATE TABLE IF NOT EXISTS feeds (
        feed TEXT PRIMARY KEY, articles INTEGER NOT NULL, last_seen TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS shingles (
        hash INTEGER NOT NULL, article TEXT NOT NULL, PRIMARY KEY (hash, article)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS due (
        watch TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (watch, article)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS readings (
        watch TEXT NOT NULL, article TEXT NOT NULL, signal TEXT NOT NULL, venue TEXT, date TEXT,
        confidence REAL NOT NULL, speaker TEXT NOT NULL, evidence TEXT, reader TEXT NOT NULL, text TEXT NOT NULL,
        says INTEGER NOT NULL, reading TEXT NOT NULL, correction TEXT, position INTEGER NOT NULL, second TEXT,
        at TEXT, outlet TEXT, PRIMARY KEY (watch, article))""",
    "CREATE INDEX IF NOT EXISTS readings_article ON readings (article)",
    "CREATE INDEX IF NOT EXISTS readings_at ON readings (watch, at DESC, article, outlet)",
    """CREATE TABLE IF NOT EXISTS watches (
        watch TEXT PRIMARY KEY, principals TEXT NOT NULL, policy TEXT NOT NULL, caught_up INTEGER NOT NULL,
        removed INTEGER NOT NULL, defined_at INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS statuses (
        watch TEXT PRIMARY KEY, status TEXT NOT NULL, since TEXT, current TEXT, unconfirmed TEXT)""",
    """CREATE TABLE IF NOT EXISTS meetings (
        watch TEXT NOT NULL, meeting TEXT NOT NULL, ordinal INTEGER NOT NULL, status TEXT NOT NULL, venue TEXT,
        date TEXT, background INTEGER NOT NULL, PRIMARY KEY (watch, meeting))""",
    """CREATE TABLE IF NOT EXISTS changes (
        watch TEXT NOT NULL, meeting TEXT NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL,
        previous TEXT NOT NULL, at TEXT NOT NULL, article TEXT NOT NULL, venue TEXT, date TEXT, evidence TEXT,
        voices INTEGER NOT NULL, official INTEGER NOT NULL, confidence REAL NOT NULL, why TEXT NOT NULL,
        change TEXT NOT NULL, nth INTEGER NOT NULL, PRIMARY KEY (watch, meeting, number))""",
    "CREATE INDEX IF NOT EXISTS changes_at ON changes (watch, at, article, nth)",
    """CREATE TABLE IF NOT EXISTS verdicts (
        watch TEXT NOT NULL, article TEXT NOT NULL, meeting TEXT, counted INTEGER NOT NULL, reason TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (watch, article))""",
    "CREATE INDEX IF NOT EXISTS verdicts_at ON verdicts (watch, at, article)",
    "CREATE INDEX IF NOT EXISTS verdicts_meeting ON verdicts (watch, meeting, counted, at)",
    """CREATE TABLE IF NOT EXISTS courses (
        watch TEXT NOT NULL, meeting TEXT NOT NULL, at TEXT NOT NULL, article TEXT NOT NULL, status TEXT NOT NULL,
        venue TEXT, date TEXT, PRIMARY KEY (watch, meeting, at, article)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS rumours (
        watch TEXT NOT NULL, at TEXT NOT NULL, article TEXT NOT NULL, change TEXT,
        PRIMARY KEY (watch, at, article)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS mentions (
        watch TEXT NOT NULL, at TEXT NOT NULL, article TEXT NOT NULL, nth INTEGER NOT NULL, noted TEXT NOT NULL,
        PRIMARY KEY (watch, at, article, nth)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS memories (
        watch TEXT NOT NULL, at TEXT NOT NULL, article TEXT NOT NULL, memory TEXT NOT NULL,
        PRIMARY KEY (watch, at, article)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS told (
        position INTEGER PRIMARY KEY, watch TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
        article TEXT NOT NULL, mode TEXT NOT NULL, change TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS told_watch ON told (watch)",
    """CREATE VIEW IF NOT EXISTS current_status AS
        SELECT s.watch, s.status, s.since, m.meeting, m.venue, m.date,
               json_extract(s.current, '$.evidence') AS evidence, a.outlet, a.url,
               json_extract(s.unconfirmed, '$.status') AS unconfirmed
        FROM statuses s
        LEFT JOIN meetings m ON m.watch = s.watch AND m.meeting = json_extract(s.current, '$.meeting')
        LEFT JOIN articles a ON a.article = json_extract(s.current, '$.article')""",
    """CREATE VIEW IF NOT EXISTS timeline AS
        SELECT c.watch, c.at, c.meeting, c.previous, c.status, c.venue, c.date, c.evidence, a.outlet, a.url
        FROM changes c LEFT JOIN articles a ON a.article = c.article ORDER BY c.watch, c.at""",
    """CREATE VIEW IF NOT EXISTS latest_articles AS
        SELECT a.published, a.first_seen, a.outlet, a.title, r.watch, r.signal, r.evidence, r.confidence, a.url,
               w.text
        FROM articles a LEFT JOIN readings r ON r.article = a.article LEFT JOIN words w ON w.sha256 = a.text
        ORDER BY a.position DESC""",
)
