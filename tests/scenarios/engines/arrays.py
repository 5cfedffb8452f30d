"""JAX, SciPy's sparse matrices, xarray, dask."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("keys split", "jax", (
        "import jax", "key=jax.random.key(0)", "key,sub=jax.random.split(key)", "a=jax.random.uniform(sub)", "key,sub=jax.random.split(key)", "x=round(float(jax.random.uniform(sub)),4)",
    ), "x", (1, 2, 3, 5, 6), "x==round(float(jax.random.uniform(jax.random.split(jax.random.split(jax.random.key(0))[0])[1])),4)"),
    Scenario("never in place", "jax", (
        "import jax.numpy as jnp", "a=jnp.zeros(3)", "b=a.at[0].set(5)", "x=float(a[0])",
    ), "x", (1, 2, 4), "x==0"),
    Scenario("set at", "jax", (
        "import jax.numpy as jnp", "a=jnp.zeros(3)", "a=a.at[0].set(5)", "q=1", "x=float(a[0])",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("array copied", "jax", (
        "import jax.numpy as jnp, numpy as np", "arr=np.ones(3)", "j=jnp.array(arr)", "arr[0]=9", "x=float(j[0])",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("buffer given up", "jax", (
        "import jax.numpy as jnp", "a=jnp.ones(3)", "a.delete()", "q=1", "x=a.is_deleted()",
    ), "x", (1, 2, 3, 5), "x is True"),
    Scenario("buffer donated", "jax", (
        "import jax, jax.numpy as jnp", "f=jax.jit(lambda v: v+1,donate_argnums=0)", "a=jnp.ones(3)", "b=f(a)", "x=a.is_deleted()",
    ), "x", (1, 2, 3, 4, 5), "x is True"),
    Scenario("traced once", "jax", (
        "import jax", "scale=2.0", "f=jax.jit(lambda v: v*scale)", "y=f(1.0)", "scale=3.0", "x=(float(f(1.0)),scale)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==(2.0,3.0)"),
    Scenario("global of a compiled function", "jax", (
        "import jax", "scale=2.0", "f=jax.jit(lambda v: v*scale)", "scale=3.0", "x=float(f(1.0))",
    ), "x", (1, 3, 4, 5), "x==3"),
    Scenario("effect while tracing", "jax", (
        "import jax", "log=[]", "def f(v):\n    log.append(1)\n    return v+1", "g=jax.jit(f)", "_ = g(1.0)", "x=len(log)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==1"),
    Scenario("tree of parameters", "jax", (
        "import jax.numpy as jnp", "params={'w':jnp.ones(2)}", "def step():\n    params['w']=params['w']*2", "step()", "q=1", "x=float(params['w'].sum())",
    ), "x", (1, 2, 3, 4, 6), "x==4"),
    Scenario("tree mapped", "jax", (
        "import jax, jax.numpy as jnp", "params={'w':jnp.ones(2)}", "new=jax.tree.map(lambda p: p*2, params)", "params['w']=jnp.zeros(2)", "x=float(new['w'].sum())",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("class registered as a tree", "jax", (
        "import jax", "class P:\n    def __init__(self,v):\n        self.v=v", "jax.tree_util.register_pytree_node(P,lambda p:((p.v,),None),lambda aux,c:P(*c))", "p=P(3)", "x=jax.tree.leaves(p)",
    ), "x", (1, 2, 3, 4, 5), "x==[3]"),
    Scenario("double precision", "jax", (
        "import jax, jax.numpy as jnp", "jax.config.update('jax_enable_x64',True)", "q=1", "x=str(jnp.ones(1).dtype)",
    ), "x", (1, 2, 4), "x=='float64'"),
    Scenario("gradient over a global", "jax", (
        "import jax", "a=3.0", "g=jax.grad(lambda v: a*v*v)", "q=1", "x=float(g(1.0))",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("function partially applied", "jax", (
        "import jax, functools", "cfg={'k':2.0}", "f=functools.partial(lambda c,v: c['k']*v, cfg)", "cfg['k']=5.0", "x=float(jax.jit(f)(1.0))",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("data in place", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.csr_matrix([[1.,0.],[0.,1.]])", "m.data[:]=2", "q=1", "x=float(m.sum())",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("alias of the data", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.csr_matrix([[1.,0.],[0.,1.]])", "d=m.data", "d*=3", "x=float(m.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("set in a list of lists", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.lil_matrix((2,2))", "m[0,1]=5", "q=1", "x=float(m[0,1])",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("diagonal set", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.csr_matrix([[1.,0.],[0.,1.]])", "m.setdiag(4)", "q=1", "x=float(m.sum())",
    ), "x", (1, 2, 3, 5), "x==8"),
    Scenario("zeros eliminated", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.csr_matrix([[1.,2.]])", "m.data[0]=0", "m.eliminate_zeros()", "x=m.nnz",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("made of shared arrays", "scipy.sparse", (
        "import scipy.sparse as sp, numpy as np", "data=np.ones(2)", "m=sp.csr_matrix((data,np.array([0,1]),np.array([0,1,2])))", "data[0]=9", "x=float(m.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==10"),
    Scenario("converted", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.csr_matrix([[1.,0.],[0.,1.]])", "c=m.tocsc()", "c.data[:]=0", "x=float(m.sum())",
    ), "x", (1, 2, 5), "x==2"),
    Scenario("keys of a dictionary", "scipy.sparse", (
        "import scipy.sparse as sp", "m=sp.dok_matrix((2,2))", "other=m", "other[1,1]=3", "x=float(m.toarray().sum())",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("view by position", "xarray", (
        "import xarray as xr, numpy as np", "da=xr.DataArray(np.zeros((2,2)),dims=('r','c'))", "v=da.isel(r=0)", "v[:]=9", "x=float(da[0,0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("array below", "xarray", (
        "import xarray as xr, numpy as np", "arr=np.zeros(3)", "da=xr.DataArray(arr)", "arr[0]=9", "x=float(da[0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("values", "xarray", (
        "import xarray as xr, numpy as np", "da=xr.DataArray(np.zeros(3))", "v=da.values", "v[0]=9", "x=float(da[0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("variable added", "xarray", (
        "import xarray as xr, numpy as np", "ds=xr.Dataset()", "other=ds", "other['a']=('t',np.ones(3))", "x=float(ds['a'].sum())",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("attributes", "xarray", (
        "import xarray as xr", "ds=xr.Dataset()", "ds.attrs['unit']='m'", "q=1", "x=ds.attrs['unit']",
    ), "x", (1, 2, 3, 5), "x=='m'"),
    Scenario("set by labels", "xarray", (
        "import xarray as xr, numpy as np", "da=xr.DataArray(np.zeros(2),coords={'k':['a','b']},dims='k')", "da.loc['b']=7", "q=1", "x=float(da.sel(k='b'))",
    ), "x", (1, 2, 3, 5), "x==7"),
    Scenario("shallow copy", "xarray", (
        "import xarray as xr, numpy as np", "da=xr.DataArray(np.zeros(2))", "c=da.copy(deep=False)", "c.values[0]=4", "x=float(da[0])",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("deep copy", "xarray", (
        "import xarray as xr, numpy as np", "da=xr.DataArray(np.zeros(2))", "c=da.copy()", "c[0]=4", "x=float(da[0])",
    ), "x", (1, 2, 5), "x==0"),
    Scenario("variable of a dataset", "xarray", (
        "import xarray as xr, numpy as np", "ds=xr.Dataset({'a':('t',np.zeros(2))})", "a=ds['a']", "a[0]=4", "x=float(ds['a'].sum())",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("written as netCDF", "xarray", (
        "import xarray as xr, numpy as np", "ds=xr.Dataset({'a':('t',np.ones(2))})", "ds.to_netcdf('a.nc',engine='scipy')", "ds=None", "x=float(xr.load_dataset('a.nc',engine='scipy')['a'].sum())",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("opened lazily", "xarray", (
        "import xarray as xr, numpy as np", "xr.Dataset({'a':('t',np.ones(2))}).to_netcdf('a.nc',engine='netcdf4')", "ds=xr.open_dataset('a.nc',engine='netcdf4')", "q=1", "x=float(ds['a'].sum())",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("accessor", "xarray", (
        "import xarray as xr, numpy as np", "@xr.register_dataarray_accessor('my')\nclass My:\n    def __init__(self,o):\n        self.o=o\n    def total(self):\n        return float(self.o.sum())", "da=xr.DataArray(np.ones(2))", "x=da.my.total()",
    ), "x", (1, 2, 3, 4), "x==2"),
    Scenario("options", "xarray", (
        "import xarray as xr", "da=xr.DataArray([1],attrs={'u':'m'})", "_ = xr.set_options(keep_attrs=False)", "q=1", "x=dict((da*2).attrs)",
    ), "x", (1, 2, 3, 5), "x=={}"),
    Scenario("graph of a function", "dask", (
        "import dask", "log=[]", "@dask.delayed\ndef f(v):\n    log.append(v)\n    return v", "y=f(1)", "_ = y.compute(scheduler='sync')", "x=list(log)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[1]"),
    Scenario("global used late", "dask", (
        "import dask", "k=2", "y=dask.delayed(lambda v: v*k)(5)", "k=3", "x=y.compute(scheduler='sync')",
    ), "x", (1, 3, 4, 5), "x==15"),
    Scenario("configuration", "dask", (
        "import dask", "_ = dask.config.set(scheduler='sync')", "q=1", "x=dask.config.get('scheduler')",
    ), "x", (1, 2, 4), "x=='sync'"),
    Scenario("assigned in place", "dask", (
        "import dask.array as da", "a=da.zeros(4,chunks=2)", "a[1]=5", "q=1", "x=float(a.sum().compute(scheduler='sync'))",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("frame in parts", "dask", (
        "import dask.dataframe as dd, pandas as pd", "df=pd.DataFrame({'a':[1,2]})", "ddf=dd.from_pandas(df,npartitions=2)", "ddf['b']=ddf.a*2", "x=int(ddf.b.sum().compute(scheduler='sync'))",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("bag", "dask", (
        "import dask.bag as db", "rows=[1,2,3]", "b=db.from_sequence(rows,npartitions=1).map(lambda v: v+1)", "rows=None", "x=b.sum().compute(scheduler='sync')",
    ), "x", (1, 2, 3, 5), "x==9"),
    Scenario("read in parts", "dask", (
        "import dask.dataframe as dd", "n=open('p.csv','w').write('a\\n1\\n2\\n')", "ddf=dd.read_csv('p.csv')", "n=open('p.csv','w').write('a\\n5\\n2\\n')", "x=int(ddf.a.sum().compute(scheduler='sync'))",
    ), "x", (1, 2, 3, 4, 5), "x==7"),
)
