"""Frames and stores: polars, geopandas, DuckDB, SQLAlchemy, HDF5."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("column inserted", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "_ = df.insert_column(0,pl.Series('z',[3,4]))", "q=1", "x=df.columns",
    ), "x", (1, 2, 3, 5), "x==['z','a']"),
    Scenario("cell set", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "df[0,'a']=9", "q=1", "x=df['a'][0]",
    ), "x", (1, 2, 3, 5), "x==9"),
    Scenario("two names of a frame", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "d2=df", "_ = d2.insert_column(0,pl.Series('z',[3,4]))", "x=df.width",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("cloned", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "d2=df.clone()", "d2[0,'a']=9", "x=df['a'][0]",
    ), "x", (1, 2, 5), "x==1"),
    Scenario("extended", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "more=pl.DataFrame({'a':[3]})", "_ = df.extend(more)", "x=df['a'].sum()",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("stacked in place", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "_ = df.vstack(pl.DataFrame({'a':[3]}),in_place=True)", "q=1", "x=df.height",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("columns renamed in place", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "df.columns=['k']", "q=1", "x=df.columns",
    ), "x", (1, 2, 3, 5), "x==['k']"),
    Scenario("column dropped in place", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2],'b':[3,4]})", "b=df.drop_in_place('b')", "q=1", "x=(df.columns,b.sum())",
    ), "x", (1, 2, 3, 5), "x==(['a'],7)"),
    Scenario("series set", "polars", (
        "import polars as pl", "s=pl.Series([1,2])", "s[0]=9", "q=1", "x=s.sum()",
    ), "x", (1, 2, 3, 5), "x==11"),
    Scenario("series appended to", "polars", (
        "import polars as pl", "s=pl.Series([1,2])", "_ = s.append(pl.Series([3]))", "q=1", "x=s.sum()",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("series sorted in place", "polars", (
        "import polars as pl", "s=pl.Series([2,1])", "_ = s.sort(in_place=True)", "q=1", "x=s[0]",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("only read", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "n=df.filter(pl.col('a')>1).height", "g=df.group_by('a').len()", "x=df['a'].sum()",
    ), "x", (1, 2, 5), "x==3"),
    Scenario("lazy", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "lf=df.lazy().filter(pl.col('a')>1)", "q=1", "x=lf.collect().height",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("lazy over a file", "polars", (
        "import polars as pl", "pl.DataFrame({'a':[1,2]}).write_csv('a.csv')", "lf=pl.scan_csv('a.csv')", "pl.DataFrame({'a':[7,80]}).write_csv('a.csv')", "x=lf.collect()['a'].sum()",
    ), "x", (1, 3, 4, 5), "x==87"),
    Scenario("lazy function", "polars", (
        "import polars as pl", "k=2", "lf=pl.LazyFrame({'a':[1,2]}).map_batches(lambda d: d*k)", "k=3", "x=lf.collect()['a'].sum()",
    ), "x", (1, 3, 4, 5), "x==9"),
    Scenario("parquet", "polars", (
        "import polars as pl", "df=pl.DataFrame({'a':[1,2]})", "df.write_parquet('a.parquet')", "df=df.head(0)", "x=pl.read_parquet('a.parquet')['a'].sum()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("parquet sunk", "polars", (
        "import polars as pl", "lf=pl.LazyFrame({'a':[1,2]})", "lf.sink_parquet('a.parquet')", "q=1", "x=pl.scan_parquet('a.parquet').collect()['a'].sum()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("frame by its name", "polars", (
        "import polars as pl", "sales=pl.DataFrame({'a':[1,2]})", "q=1", "x=pl.sql('select sum(a) s from sales',eager=True)['s'][0]",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("context of SQL", "polars", (
        "import polars as pl", "ctx=pl.SQLContext()", "_ = ctx.register('t',pl.DataFrame({'a':[1,2]}))", "q=1", "x=ctx.execute('select sum(a) s from t',eager=True)['s'][0]",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("namespace registered", "polars", (
        "import polars as pl", "@pl.api.register_dataframe_namespace('my')\nclass My:\n    def __init__(self,df):\n        self.df=df\n    def total(self):\n        return self.df['a'].sum()", "df=pl.DataFrame({'a':[1,2]})", "x=df.my.total()",
    ), "x", (1, 2, 3, 4), "x==3"),
    Scenario("seed", "polars", (
        "import polars as pl", "pl.set_random_seed(0)", "a=pl.Series(range(100)).sample(1)[0]", "x=pl.Series(range(100)).shuffle().to_list()[:3]",
    ), "x", (1, 2, 3, 4), "x==__import__('polars').Series(range(100)).shuffle().to_list()[:3] or len(x)==3 and (pl.set_random_seed(0), pl.Series(range(100)).sample(1), pl.Series(range(100)).shuffle().to_list()[:3])[2]==x"),
    Scenario("how frames are shown", "polars", (
        "import polars as pl", "_ = pl.Config.set_tbl_rows(1)", "df=pl.DataFrame({'a':[1,2,3]})", "q=1", "x=str(df).count('\\n')",
    ), "x", (1, 2, 3, 5), "x==len(str(df).splitlines())-1 and '…' in str(df)"),
    Scenario("column of a geometry", "geopandas", (
        "import geopandas as gpd\nfrom shapely.geometry import Point", "gdf=gpd.GeoDataFrame({'v':[1,2]},geometry=[Point(0,0),Point(1,1)])", "gdf.loc[0,'geometry']=Point(5,5)", "q=1", "x=gdf.total_bounds.tolist()",
    ), "x", (1, 2, 3, 5), "x==[1,1,5,5]"),
    Scenario("geometry chosen in place", "geopandas", (
        "import geopandas as gpd\nfrom shapely.geometry import Point", "gdf=gpd.GeoDataFrame({'g':gpd.GeoSeries([Point(0,0)]),'h':gpd.GeoSeries([Point(1,1)])},geometry='g')", "gdf.set_geometry('h',inplace=True)", "q=1", "x=gdf.geometry.name",
    ), "x", (1, 2, 3, 5), "x=='h'"),
    Scenario("reference system", "geopandas", (
        "import geopandas as gpd\nfrom shapely.geometry import Point", "gdf=gpd.GeoDataFrame(geometry=[Point(0,0)])", "_ = gdf.set_crs(4326,inplace=True)", "m=gdf.to_crs(3857)", "x=gdf.crs.to_epsg()",
    ), "x", (1, 2, 3, 5), "x==4326"),
    Scenario("shapes in a list", "geopandas", (
        "from shapely.geometry import Point\nfrom shapely import STRtree", "shapes=[Point(0,0),Point(5,5)]", "shapes[0]=shapes[0].buffer(1)", "area=shapes[0].area", "x=STRtree(shapes).query(Point(1,0)).tolist()",
    ), "x", (1, 2, 3, 5), "x==[0]"),
    Scenario("table in memory", "duckdb", (
        "import duckdb", "con=duckdb.connect()", "_ = con.execute('create table t as select 1 a')", "_ = con.execute('insert into t values (2)')", "x=con.execute('select sum(a) from t').fetchone()[0]",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("frame by its name", "duckdb", (
        "import duckdb, pandas as pd", "sales=pd.DataFrame({'a':[1,2]})", "sales.loc[0,'a']=5", "q=1", "x=int(duckdb.sql('select sum(a) from sales').fetchall()[0][0])",
    ), "x", (1, 2, 3, 5), "x==7"),
    Scenario("frame by its name, in a text", "duckdb", (
        "import duckdb, pandas as pd", "sales=pd.DataFrame({'a':[1,2]})", "query='select sum(a) from sales'", "sales=pd.DataFrame({'a':[10]})", "x=int(duckdb.sql(query).fetchall()[0][0])",
    ), "x", (1, 3, 4, 5), "x==10"),
    Scenario("relation read late", "duckdb", (
        "import duckdb, pandas as pd", "df=pd.DataFrame({'a':[1,2]})", "rel=duckdb.sql('select sum(a) from df')", "df=None", "x=int(rel.fetchall()[0][0])",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("relation of a relation", "duckdb", (
        "import duckdb", "r1=duckdb.sql('select 4 a')", "r2=duckdb.sql('select a*2 b from r1')", "q=1", "x=r2.fetchall()[0][0]",
    ), "x", (1, 2, 3, 5), "x==8"),
    Scenario("frame registered", "duckdb", (
        "import duckdb, pandas as pd", "con=duckdb.connect()", "df=pd.DataFrame({'a':[1,2]})", "_ = con.register('v',df)", "df=0", "x=int(con.sql('select sum(a) from v').fetchall()[0][0])",
    ), "x", (1, 2, 3, 4, 6), "x==3"),
    Scenario("connection without a name", "duckdb", (
        "import duckdb", "duckdb.sql('create table t as select 1 a')", "q=1", "x=duckdb.sql('select a from t').fetchall()[0][0]",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("function registered", "duckdb", (
        "import duckdb", "con=duckdb.connect()", "def twice(v: int) -> int:\n    return v*2", "_ = con.create_function('twice',twice)", "q=1", "x=con.sql('select twice(4)').fetchall()[0][0]",
    ), "x", (1, 2, 3, 4, 6), "x==8"),
    Scenario("cursor", "duckdb", (
        "import duckdb", "con=duckdb.connect()", "cur=con.cursor()", "_ = cur.execute('create table t as select 6 a')", "x=con.execute('select a from t').fetchone()[0]",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("database in a file", "duckdb", (
        "import duckdb", "con=duckdb.connect('a.db')\n_ = con.execute('create table t as select 1 a')\ncon.close()", "q=1", "with duckdb.connect('a.db') as con2:\n    x=con2.sql('select a from t').fetchall()[0][0]",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("copied to a file", "duckdb", (
        "import duckdb", "_ = duckdb.sql(\"copy (select 1 a) to 'o.parquet'\")", "q=1", "x=duckdb.sql(\"select a from 'o.parquet'\").fetchall()[0][0]",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("setting of a connection", "duckdb", (
        "import duckdb", "con=duckdb.connect()", "_ = con.execute('set variable v=3')", "q=1", "x=con.execute(\"select getvariable('v')\").fetchone()[0]",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("polars by its name", "duckdb", (
        "import duckdb, polars as pl", "sales=pl.DataFrame({'a':[1,2]})", "def total():\n    return duckdb.sql('select sum(a) from sales').fetchall()[0][0]", "q=1", "x=int(total())",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("database in memory", "sqlalchemy", (
        "import sqlalchemy as sa", "engine=sa.create_engine('sqlite://')", "with engine.begin() as con:\n    _ = con.execute(sa.text('create table t (a int)'))", "with engine.begin() as con:\n    _ = con.execute(sa.text('insert into t values (3)'))", "with engine.connect() as con:\n    x=con.execute(sa.text('select sum(a) from t')).scalar()",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("table of the metadata", "sqlalchemy", (
        "import sqlalchemy as sa", "meta=sa.MetaData()", "t=sa.Table('t',meta,sa.Column('a',sa.Integer))", "engine=sa.create_engine('sqlite://')", "meta.create_all(engine)", "x=sa.inspect(engine).get_table_names()",
    ), "x", (1, 2, 3, 4, 5, 6), "x==['t']"),
    Scenario("session", "sqlalchemy", (
        "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, Session, mapped_column, Mapped\nclass Base(DeclarativeBase):\n    pass\nclass User(Base):\n    __tablename__='u'\n    id: Mapped[int]=mapped_column(primary_key=True)\n    name: Mapped[str]", "engine=sa.create_engine('sqlite://')\nBase.metadata.create_all(engine)", "s=Session(engine)", "u=User(id=1,name='a')", "s.add(u)", "s.commit()", "x=s.scalar(sa.select(sa.func.count()).select_from(User))",
    ), "x", (1, 2, 3, 4, 5, 7), "x==1"),
    Scenario("object of a session", "sqlalchemy", (
        "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, Session, mapped_column, Mapped\nclass Base(DeclarativeBase):\n    pass\nclass User(Base):\n    __tablename__='u'\n    id: Mapped[int]=mapped_column(primary_key=True)\n    name: Mapped[str]", "engine=sa.create_engine('sqlite://')\nBase.metadata.create_all(engine)\ns=Session(engine)\ns.add(User(id=1,name='a'))\ns.commit()", "u=s.get(User,1)", "u.name='z'", "q=1", "x=s.scalar(sa.select(User.name))",
    ), "x", (1, 2, 3, 4, 6), "x=='z'"),
    Scenario("rolled back", "sqlalchemy", (
        "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, Session, mapped_column, Mapped\nclass Base(DeclarativeBase):\n    pass\nclass User(Base):\n    __tablename__='u'\n    id: Mapped[int]=mapped_column(primary_key=True)", "engine=sa.create_engine('sqlite://')\nBase.metadata.create_all(engine)\ns=Session(engine)", "s.add(User(id=1))\ns.commit()", "s.add(User(id=2))", "s.rollback()", "s.commit()\nx=s.scalar(sa.select(sa.func.count()).select_from(User)), len(s.new)",
    ), "x", (1, 2, 3, 6), "x==(1,0)"),
    Scenario("listener", "sqlalchemy", (
        "import sqlalchemy as sa", "engine=sa.create_engine('sqlite://')\nseen=[]", "@sa.event.listens_for(engine,'before_cursor_execute')\ndef note(conn,cur,statement,*rest):\n    seen.append(statement)", "with engine.connect() as con:\n    _ = con.execute(sa.text('select 1'))", "x=list(seen)",
    ), "x", (1, 2, 3, 4, 5), "x==['select 1']"),
    Scenario("both sides of a relation", "sqlalchemy", (
        "import sqlalchemy as sa\nfrom sqlalchemy.orm import DeclarativeBase, relationship, mapped_column, Mapped\nclass Base(DeclarativeBase):\n    pass\nclass P(Base):\n    __tablename__='p'\n    id: Mapped[int]=mapped_column(primary_key=True)\n    kids: Mapped[list['K']]=relationship(back_populates='parent')\nclass K(Base):\n    __tablename__='k'\n    id: Mapped[int]=mapped_column(primary_key=True)\n    pid: Mapped[int]=mapped_column(sa.ForeignKey('p.id'))\n    parent: Mapped[P]=relationship(back_populates='kids')", "p=P(id=1)", "k=K(id=5)", "p.kids.append(k)", "x=k.parent.id",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("database in a file", "sqlalchemy", (
        "import sqlalchemy as sa", "e1=sa.create_engine('sqlite:///a.db')\nwith e1.begin() as con:\n    _ = con.execute(sa.text('create table t as select 5 a'))", "q=1", "e2=sa.create_engine('sqlite:///a.db')", "with e2.connect() as con:\n    x=con.execute(sa.text('select a from t')).scalar()",
    ), "x", (1, 2, 4, 5), "x==5"),
    Scenario("file written and read", "h5py", (
        "import h5py", "f=h5py.File('a.h5','w'); f['d']=[1,2]; f.close()", "q=1", "with h5py.File('a.h5') as g:\n    x=int(g['d'][1])",
    ), "x", (1, 2, 4), "x==2"),
    Scenario("dataset by a handle", "h5py", (
        "import h5py", "f=h5py.File('a.h5','w')", "d=f.create_dataset('d',(3,))", "d[1]=5", "x=float(f['d'][1])",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("attribute of a file", "h5py", (
        "import h5py", "f=h5py.File('a.h5','w')", "f.attrs['k']=3", "q=1", "x=int(f.attrs['k'])",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("group by a handle", "h5py", (
        "import h5py", "f=h5py.File('a.h5','w')", "g=f.create_group('g')", "g['v']=1", "x=int(f['g/v'][()])",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("appended in another cell", "h5py", (
        "import h5py", "with h5py.File('a.h5','w') as f:\n    f['a']=1", "with h5py.File('b.h5','w') as f:\n    f['a']=9", "with h5py.File('a.h5','a') as f:\n    f['b']=2", "with h5py.File('a.h5') as f:\n    x=(int(f['a'][()]),int(f['b'][()]))",
    ), "x", (1, 2, 4, 5), "x==(1,2)"),
    Scenario("dataset resized", "h5py", (
        "import h5py", "f=h5py.File('a.h5','w'); d=f.create_dataset('d',(2,),maxshape=(None,))", "d.resize((5,))", "q=1", "x=d.shape",
    ), "x", (1, 2, 3, 5), "x==(5,)"),
    Scenario("file in memory", "h5py", (
        "import h5py", "f=h5py.File('m.h5','w',driver='core',backing_store=False)", "f['a']=4", "q=1", "x=int(f['a'][()])",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("rows appended", "tables", (
        "import tables", "f=tables.open_file('t.h5','w')", "e=f.create_earray(f.root,'e',tables.Int64Atom(),(0,))", "e.append([1,2,3])", "x=int(f.root.e[:].sum())",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("row of a table", "tables", (
        "import tables", "f=tables.open_file('t.h5','w')\nt=f.create_table(f.root,'t',{'v':tables.Int64Col()})", "row=t.row", "row['v']=8; row.append(); t.flush()", "x=t.nrows",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("frame in a store", "tables", (
        "import pandas as pd", "pd.DataFrame({'a':[1,2]}).to_hdf('s.h5',key='d')", "q=1", "x=int(pd.read_hdf('s.h5','d').a.sum())",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("store kept open", "tables", (
        "import pandas as pd", "st=pd.HDFStore('s.h5')", "st['d']=pd.DataFrame({'a':[1,2]})", "q=1", "x=int(st['d'].a.sum())",
    ), "x", (1, 2, 3, 5), "x==3"),
)
