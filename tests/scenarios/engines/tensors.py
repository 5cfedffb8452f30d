"""PyTorch: tensors that share memory, gradients, modules, optimizers, generators, global settings."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("view", "torch", (
        "import torch", "a=torch.zeros(4)", "b=a.view(2,2)", "b[0,1]=5", "x=a[1].item()",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("transposed", "torch", (
        "import torch", "a=torch.zeros(2,3)", "t=a.T", "t[2,0]=7", "x=a[0,2].item()",
    ), "x", (1, 2, 3, 4, 5), "x==7"),
    Scenario("array of a tensor", "torch", (
        "import torch", "a=torch.zeros(3)", "n=a.numpy()", "n[1]=9", "x=a[1].item()",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("tensor of an array", "torch", (
        "import torch, numpy as np", "arr=np.zeros(3)", "t=torch.from_numpy(arr)", "_ = t.add_(1)", "x=float(arr.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("tensor of a part of an array", "torch", (
        "import torch, numpy as np", "arr=np.zeros(9)", "t=torch.from_numpy(arr[2:])", "_ = t.add_(1)", "x=float(arr.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==7"),
    Scenario("tensor copied from an array", "torch", (
        "import torch, numpy as np", "arr=np.zeros(3)", "t=torch.tensor(arr)", "_ = t.add_(1)", "x=float(arr.sum())",
    ), "x", (1, 2, 5), "x==0"),
    Scenario("by dlpack", "torch", (
        "import torch, numpy as np", "t=torch.zeros(3)", "n=np.from_dlpack(t)", "_ = t.fill_(2)", "x=float(n.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("detached", "torch", (
        "import torch", "w=torch.ones(2,requires_grad=True)", "d=w.detach()", "_ = d.mul_(3)", "x=w.sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("cloned", "torch", (
        "import torch", "a=torch.ones(2)", "c=a.clone()", "_ = c.mul_(3)", "x=a.sum().item()",
    ), "x", (1, 2, 5), "x==2"),
    Scenario("data of a parameter", "torch", (
        "import torch", "w=torch.nn.Parameter(torch.ones(2))", "_ = w.data.clamp_(max=0.5)", "q=1", "x=w.sum().item()",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("expanded", "torch", (
        "import torch", "a=torch.zeros(1)", "e=a.expand(3)", "_ = a.add_(2)", "x=e.sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("split", "torch", (
        "import torch", "a=torch.zeros(4)", "p,r=a.split(2)", "_ = p.fill_(1)", "x=a.sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("rows in a loop", "torch", (
        "import torch", "a=torch.zeros(2,2)", "for row in a:\n    row.add_(1)", "q=1", "x=a.sum().item()",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("real part", "torch", (
        "import torch", "c=torch.zeros(2,dtype=torch.cfloat)", "re=c.real", "_ = re.fill_(3)", "x=c.sum().real.item()",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("copied into", "torch", (
        "import torch", "a=torch.zeros(2)", "b=torch.ones(2)", "_ = a.copy_(b)", "_ = b.fill_(7)", "x=a.sum().item()",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("out", "torch", (
        "import torch", "a=torch.ones(2)", "c=torch.zeros(2)", "r=torch.add(a,a,out=c)", "x=c.sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("values of a sparse tensor", "torch", (
        "import torch", "s=torch.sparse_coo_tensor([[0,1]],[1.,2.],(3,))", "v=s._values()", "_ = v.mul_(2)", "x=s.to_dense().sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("gradient wanted in place", "torch", (
        "import torch", "a=torch.ones(2)", "_ = a.requires_grad_()", "y=(a*2).sum()", "y.backward()", "x=a.grad.sum().item()",
    ), "x", (1, 2, 3, 4, 5, 6), "x==4"),
    Scenario("gradients add up", "torch", (
        "import torch", "w=torch.ones(2,requires_grad=True)", "(w*1).sum().backward()", "q=1", "(w*2).sum().backward()", "x=w.grad.sum().item()",
    ), "x", (1, 2, 3, 5, 6), "x==6"),
    Scenario("backward of a loss alone", "torch", (
        "import torch", "w=torch.ones(3,requires_grad=True)", "loss=(w**2).sum()", "loss.backward()", "x=w.grad.sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("hook of a tensor", "torch", (
        "import torch", "w=torch.ones(2,requires_grad=True)", "h=w.register_hook(lambda g: g*10)", "q=1", "w.sum().backward()", "x=w.grad.sum().item()",
    ), "x", (1, 2, 3, 5, 6), "x==20"),
    Scenario("gradients clipped", "torch", (
        "import torch", "w=torch.nn.Parameter(torch.ones(1))", "(w*100).sum().backward()", "n=torch.nn.utils.clip_grad_norm_([w],1.0)", "x=round(w.grad.item(),3)",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("step of an optimizer", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)\n_ = torch.nn.init.constant_(m.weight,1.0)", "opt=torch.optim.SGD(m.parameters(),lr=0.1)", "m(torch.ones(1,1)).sum().backward()", "opt.step()", "x=round(m.weight.item(),4)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==0.9"),
    Scenario("optimizer that remembers", "torch", (
        "import torch", "w=torch.nn.Parameter(torch.ones(1))", "opt=torch.optim.SGD([w],lr=1.0,momentum=0.5)", "w.grad=torch.ones(1)\nopt.step()", "q=1", "opt.step()", "x=w.item()",
    ), "x", (1, 2, 3, 4, 6, 7), "x==-1.5"),
    Scenario("group added to an optimizer", "torch", (
        "import torch", "p=torch.nn.Parameter(torch.ones(1)); r=torch.nn.Parameter(torch.ones(1))", "opt=torch.optim.SGD([p],lr=1.0)", "opt.add_param_group({'params':[r]})", "r.grad=torch.ones(1)", "opt.step()", "x=r.item()",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==0"),
    Scenario("schedule", "torch", (
        "import torch", "w=torch.nn.Parameter(torch.ones(1))", "opt=torch.optim.SGD([w],lr=1.0)", "sched=torch.optim.lr_scheduler.StepLR(opt,1,gamma=0.5)", "opt.step(); sched.step()", "w.grad=torch.ones(1)\nopt.step()", "x=w.item()",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==0.5"),
    Scenario("training in a function", "torch", (
        "import torch", "w=torch.nn.Parameter(torch.tensor([4.0]))", "opt=torch.optim.SGD([w],lr=0.25)", "def train(n):\n    for _ in range(n):\n        opt.zero_grad(); (w**2).sum().backward(); opt.step()", "train(1)", "q=1", "train(1)", "x=w.item()",
    ), "x", (1, 2, 3, 4, 5, 7, 8), "x==1"),
    Scenario("shared parameter", "torch", (
        "import torch", "a=torch.nn.Linear(1,1); b=torch.nn.Linear(1,1)", "b.weight=a.weight", "with torch.no_grad():\n    b.weight.fill_(3)", "x=a.weight.item()",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("tied weights trained", "torch", (
        "import torch", "emb=torch.nn.Embedding(2,1)\n_ = torch.nn.init.ones_(emb.weight)", "dec=torch.nn.Linear(1,2,bias=False)\ndec.weight=emb.weight", "opt=torch.optim.SGD(dec.parameters(),lr=1.0)", "dec.weight.grad=torch.ones(2,1)", "opt.step()", "x=emb(torch.tensor(0)).item()",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==0"),
    Scenario("alias by the state", "torch", (
        "import torch", "m=torch.nn.Linear(2,1,bias=False)", "sd=m.state_dict()", "_ = sd['weight'].zero_()", "x=m.weight.abs().sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==0"),
    Scenario("state loaded", "torch", (
        "import torch\ndef lin(v):\n    m=torch.nn.Linear(1,1,bias=False)\n    m.weight.data.fill_(v)\n    return m", "m1=lin(2)", "m2=lin(1)", "_k=m2.load_state_dict(m1.state_dict())", "_d=m1.weight.data.fill_(9)", "x=m2.weight.item()",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("state saved and loaded", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)\n_ = m.weight.data.fill_(6)", "torch.save(m.state_dict(),'m.pt')", "_ = m.weight.data.fill_(0)", "m2=torch.nn.Linear(1,1,bias=False)\n_ = m2.load_state_dict(torch.load('m.pt'))", "x=m2.weight.item()",
    ), "x", (1, 2, 3, 5, 6), "x==6"),
    Scenario("file saved twice", "torch", (
        "import torch", "torch.save(torch.ones(2),'t.pt')", "torch.save(torch.zeros(2),'t.pt')", "q=1", "x=torch.load('t.pt').sum().item()",
    ), "x", (1, 3, 5), "x==0"),
    Scenario("deeply copied", "torch", (
        "import torch, copy", "m=torch.nn.Linear(1,1,bias=False)\n_ = m.weight.data.fill_(6)", "ema=copy.deepcopy(m)", "_ = m.weight.data.fill_(0)", "x=ema.weight.item()",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("averaged model", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)\n_ = m.weight.data.fill_(6)", "avg=torch.optim.swa_utils.AveragedModel(m)", "avg.update_parameters(m)", "_ = m.weight.data.fill_(0)", "avg.update_parameters(m)", "x=avg.module.weight.item()",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==3"),
    Scenario("module within modules", "torch", (
        "import torch", "net=torch.nn.Sequential(torch.nn.Linear(1,1),torch.nn.Sequential(torch.nn.Linear(1,1)))", "inner=net[1][0]", "with torch.no_grad():\n    inner.weight.fill_(4)", "x=net[1][0].weight.item()",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("list of modules", "torch", (
        "import torch", "layers=torch.nn.ModuleList()", "net=torch.nn.Module(); net.layers=layers", "_ = layers.append(torch.nn.Linear(2,3,bias=False))", "x=sum(p.numel() for p in net.parameters())",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("list of parameters", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)", "params=list(m.parameters())", "with torch.no_grad():\n    for p in params:\n        p.fill_(2)", "x=m.weight.item()",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("applied to modules", "torch", (
        "import torch", "net=torch.nn.Sequential(torch.nn.Linear(1,1,bias=False))", "def init(l):\n    if hasattr(l,'weight'):\n        torch.nn.init.constant_(l.weight,8)", "_ = net.apply(init)", "x=net[0].weight.item()",
    ), "x", (1, 2, 3, 4, 5), "x==8"),
    Scenario("forward hook", "torch", (
        "import torch", "acts=[]", "m=torch.nn.Linear(1,1)", "h=m.register_forward_hook(lambda l,i,o: acts.append(o.shape[0]))", "_ = m(torch.ones(3,1))", "x=list(acts)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[3]"),
    Scenario("forward hook removed", "torch", (
        "import torch", "acts=[]", "m=torch.nn.Linear(1,1)", "h=m.register_forward_hook(lambda l,i,o: acts.append(1))", "_ = m(torch.ones(3,1))", "h.remove()", "x=(len(acts), len(m._forward_hooks))",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==(1,0)"),
    Scenario("hook of all modules", "torch", (
        "import torch", "n=[0]\ndef count(l,i,o):\n    n[0]+=1", "h=torch.nn.modules.module.register_module_forward_hook(count)", "q=1", "_ = torch.nn.Linear(1,1)(torch.ones(1))", "x=n[0]",
    ), "x", (1, 2, 3, 5, 6), "x==1"),
    Scenario("buffer", "torch", (
        "import torch", "class C(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.register_buffer('n',torch.zeros(1))\n    def forward(self,v):\n        self.n+=1\n        return v", "m=C()", "_ = m(torch.ones(1))", "q=1", "_ = m(torch.ones(1))", "x=m.n.item()",
    ), "x", (1, 2, 3, 4, 6, 7), "x==2"),
    Scenario("running statistics", "torch", (
        "import torch", "bn=torch.nn.BatchNorm1d(1)", "y=bn(torch.full((4,1),10.))", "q=1", "x=round(bn.running_mean.item(),3)",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("running statistics in evaluation", "torch", (
        "import torch", "bn=torch.nn.BatchNorm1d(1)", "_ = bn.eval()", "y=bn(torch.full((4,1),10.))", "x=(bn.training, bn.running_mean.item())",
    ), "x", (1, 2, 3, 5), "x==(False,0)"),
    Scenario("running statistics within a net", "torch", (
        "import torch", "bn=torch.nn.BatchNorm1d(1)", "net=torch.nn.Sequential(bn,torch.nn.ReLU())", "with torch.no_grad():\n    y=net(torch.full((4,1),10.))", "x=round(bn.running_mean.item(),3)",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("evaluation of a net", "torch", (
        "import torch", "net=torch.nn.Sequential(torch.nn.Dropout(0.5))", "_ = net.eval()", "q=1", "x=net(torch.ones(100)).sum().item()",
    ), "x", (1, 2, 3, 5), "x==100"),
    Scenario("pruned", "torch", (
        "import torch\nfrom torch.nn.utils import prune", "m=torch.nn.Linear(2,1,bias=False)", "_ = prune.l1_unstructured(m,'weight',amount=2)", "q=1", "x=m.weight.abs().sum().item()",
    ), "x", (1, 2, 3, 5), "x==0"),
    Scenario("parametrized", "torch", (
        "import torch\nfrom torch.nn.utils import parametrize", "class Twice(torch.nn.Module):\n    def forward(self,w):\n        return w*2", "m=torch.nn.Linear(1,1,bias=False)\n_ = m.weight.data.fill_(1)", "_ = parametrize.register_parametrization(m,'weight',Twice())", "x=m.weight.item()",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("traced module", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)", "s=torch.jit.trace(m,torch.ones(1,1))", "_ = m.weight.data.fill_(5)", "x=s(torch.ones(1,1)).item()",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("scripted module changed", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)", "s=torch.jit.script(m)", "_ = s.weight.data.fill_(5)", "x=m.weight.item()",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("compiled module", "torch", (
        "import torch", "m=torch.nn.BatchNorm1d(1)", "c=torch.compile(m,backend='eager')", "y=c(torch.full((4,1),10.))", "x=round(m.running_mean.item(),3)",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("seeded", "torch", (
        "import torch", "_ = torch.manual_seed(0)", "a=torch.rand(1)", "q=1", "b=torch.rand(1)", "x=round(b.item(),4)",
    ), "x", (1, 2, 3, 5, 6), "x==0.7682"),
    Scenario("seeded anew", "torch", (
        "import torch", "_ = torch.manual_seed(1)", "a=torch.rand(3)", "_ = torch.manual_seed(0)", "x=round(torch.rand(1).item(),4)",
    ), "x", (1, 4, 5), "x==0.4963"),
    Scenario("generator of its own", "torch", (
        "import torch", "g=torch.Generator().manual_seed(0)", "a=torch.rand(1,generator=g)", "q=1", "x=round(torch.rand(1,generator=g).item(),4)",
    ), "x", (1, 2, 3, 5), "x==0.7682"),
    Scenario("state of the generator kept", "torch", (
        "import torch", "_ = torch.manual_seed(0)", "state=torch.get_rng_state()", "a=torch.rand(1)", "torch.set_rng_state(state)", "x=round((a+torch.rand(1)).item(),4)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==0.9925"),
    Scenario("generator forked", "torch", (
        "import torch", "_ = torch.manual_seed(0)", "with torch.random.fork_rng(devices=[]):\n    a=torch.rand(5)", "x=round(torch.rand(1).item(),4)",
    ), "x", (1, 2, 4), "x==0.4963"),
    Scenario("weights drawn", "torch", (
        "import torch", "_ = torch.manual_seed(0)", "first=torch.nn.Linear(1,1,bias=False)", "q=1", "m=torch.nn.Linear(1,1,bias=False)", "x=round(m.weight.item(),4)",
    ), "x", (1, 2, 3, 5, 6), "x==0.5364"),
    Scenario("dropout drawn", "torch", (
        "import torch", "d=torch.nn.Dropout(0.5)", "_ = torch.manual_seed(0)", "y=d(torch.ones(8))", "x=d(torch.ones(8)).tolist()",
    ), "x", (1, 2, 3, 4, 5), "x==[0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 2.0, 2.0]"),
    Scenario("shuffled batches", "torch", (
        "import torch\nfrom torch.utils.data import DataLoader, TensorDataset", "dl=DataLoader(TensorDataset(torch.arange(6)),batch_size=6,shuffle=True)", "_ = torch.manual_seed(0)", "first=[b[0].tolist() for b in dl]", "x=[b[0].tolist() for b in dl][0]",
    ), "x", (1, 2, 3, 4, 5), "x==[2,3,1,5,4,0]"),
    Scenario("iterator of batches", "torch", (
        "import torch\nfrom torch.utils.data import DataLoader", "dl=DataLoader([1,2,3],batch_size=1)", "it=iter(dl)", "a=next(it)", "q=1", "x=next(it).item()",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("dataset of the user's own", "torch", (
        "import torch\nfrom torch.utils.data import DataLoader, Dataset", "class D(Dataset):\n    def __init__(self):\n        self.rows=[1,2]\n    def __len__(self):\n        return len(self.rows)\n    def __getitem__(self,i):\n        return self.rows[i]", "ds=D()", "dl=DataLoader(ds,batch_size=9)", "ds.rows.append(5)", "x=next(iter(dl)).sum().item()",
    ), "x", (1, 2, 3, 4, 5, 6), "x==8"),
    Scenario("gradients switched off", "torch", (
        "import torch", "w=torch.ones(1,requires_grad=True)", "_ = torch.set_grad_enabled(False)", "q=1", "x=(w*2).requires_grad",
    ), "x", (1, 2, 3, 5), "x is False"),
    Scenario("default type of numbers", "torch", (
        "import torch", "torch.set_default_dtype(torch.float64)", "q=1", "x=str(torch.ones(1).dtype)",
    ), "x", (1, 2, 4), "x=='torch.float64'"),
    Scenario("default device", "torch", (
        "import torch", "torch.set_default_device('meta')", "q=1", "x=torch.ones(1).device.type",
    ), "x", (1, 2, 4), "x=='meta'"),
    Scenario("how tensors are printed", "torch", (
        "import torch", "torch.set_printoptions(precision=2)", "q=1", "x=str(torch.tensor([0.12345]))",
    ), "x", (1, 2, 4), "x=='tensor([0.12])'"),
    Scenario("deterministic algorithms", "torch", (
        "import torch", "torch.use_deterministic_algorithms(True)", "q=1", "x=torch.are_deterministic_algorithms_enabled()",
    ), "x", (1, 2, 4), "x is True"),
    Scenario("tensor in a dictionary", "torch", (
        "import torch", "batch={'ids':torch.zeros(2)}", "ids=batch['ids']", "_ = ids.add_(1)", "x=batch['ids'].sum().item()",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("output with names", "torch", (
        "import torch\nfrom collections import OrderedDict", "class Output(OrderedDict):\n    def __getattr__(self,k):\n        return self[k]", "out=Output(logits=torch.zeros(2))", "last=out.logits", "last[0]=3", "x=out['logits'].sum().item()",
    ), "x", (1, 2, 3, 4, 5, 6), "x==3"),
    Scenario("configuration that a model holds", "torch", (
        "import torch", "class Config:\n    scale=1.0", "class Model(torch.nn.Module):\n    def __init__(self,config):\n        super().__init__()\n        self.config=config\n    def forward(self,v):\n        return v*self.config.scale", "cfg=Config()", "m=Model(cfg)", "cfg.scale=5.0", "x=m(torch.ones(1)).item()",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==5"),
    Scenario("model only asked", "torch", (
        "import torch", "m=torch.nn.Linear(1,1,bias=False)\n_ = m.weight.data.fill_(2)", "y=m(torch.ones(1))", "n=sum(p.numel() for p in m.parameters())", "x=m.weight.item()",
    ), "x", (1, 2, 5), "x==2"),
    Scenario("model frozen", "torch", (
        "import torch", "m=torch.nn.Linear(1,1)", "for p in m.parameters():\n    p.requires_grad=False", "q=1", "x=any(p.requires_grad for p in m.parameters())",
    ), "x", (1, 2, 3, 5), "x is False"),
    Scenario("layer exchanged", "torch", (
        "import torch", "net=torch.nn.Sequential(torch.nn.Linear(1,1),torch.nn.Linear(1,1))", "alias=net", "alias[1]=torch.nn.Identity()", "x=type(net[1]).__name__",
    ), "x", (1, 2, 3, 4, 5), "x=='Identity'"),
    Scenario("cast in place", "torch", (
        "import torch", "m=torch.nn.Linear(1,1)", "_ = m.double()", "q=1", "x=str(m.weight.dtype)",
    ), "x", (1, 2, 3, 5), "x=='torch.float64'"),
)
