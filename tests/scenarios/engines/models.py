"""What is trained: XGBoost, LightGBM, Keras, Optuna, tokenizers."""

from tests.scenarios.scenario import Scenario

_XY = "import numpy as np, xgboost as xgb\nX=np.arange(20.).reshape(10,2); y=np.arange(10.)"
_LGB = "import numpy as np, lightgbm as lgb\nX=np.arange(40.).reshape(20,2); y=np.arange(20.)\npar={'min_data_in_leaf':1,'min_data_in_bin':1,'verbosity':-1,'num_threads':1}"
_DENSE = "import keras, numpy as np\ndef dense():\n    m=keras.Sequential([keras.Input((1,)),keras.layers.Dense(1,kernel_initializer='ones',use_bias=False)])\n    m.compile(optimizer=keras.optimizers.SGD(0.25),loss='mse')\n    return m\nX=np.ones((1,1)); y=np.zeros((1,1))"
_TOK = "from tokenizers import Tokenizer, models, trainers, pre_tokenizers"

# fmt: off
SCENARIOS = (
    Scenario("trained on", "xgboost", (
        _XY, "d=xgb.DMatrix(X,y)", "b1=xgb.train({'nthread':1},d,2)", "b2=xgb.train({'nthread':1},d,3,xgb_model=b1)", "q=1", "x=b2.num_boosted_rounds()",
    ), "x", (1, 2, 3, 4, 6), "x==5"),
    Scenario("updated", "xgboost", (
        _XY, "d=xgb.DMatrix(X,y)", "b=xgb.train({'nthread':1},d,2)", "b.update(d,2)", "q=1", "x=b.num_boosted_rounds()",
    ), "x", (1, 2, 3, 4, 6), "x==3"),
    Scenario("only asked", "xgboost", (
        _XY, "d=xgb.DMatrix(X,y)", "b=xgb.train({'nthread':1},d,2)", "p=b.predict(d)", "s=b.get_score()", "x=b.num_boosted_rounds()",
    ), "x", (1, 2, 3, 6), "x==2"),
    Scenario("attribute of a booster", "xgboost", (
        _XY, "b=xgb.train({'nthread':1},xgb.DMatrix(X,y),1)", "b.set_attr(k='v')", "q=1", "x=b.attr('k')",
    ), "x", (1, 2, 3, 5), "x=='v'"),
    Scenario("labels set", "xgboost", (
        _XY, "d=xgb.DMatrix(X,y)", "d.set_label(y*0+7)", "q=1", "x=float(d.get_label()[0])",
    ), "x", (1, 2, 3, 5), "x==7"),
    Scenario("data copied", "xgboost", (
        _XY, "d=xgb.DMatrix(X,y)", "y[:]=5", "q=1", "x=float(d.get_label()[2])",
    ), "x", (1, 2, 5), "x==2"),
    Scenario("estimator fitted", "xgboost", (
        _XY, "est=xgb.XGBRegressor(n_estimators=3,n_jobs=1)", "_ = est.fit(X,y)", "q=1", "x=est.get_booster().num_boosted_rounds()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("booster of an estimator", "xgboost", (
        _XY, "est=xgb.XGBRegressor(n_estimators=1,n_jobs=1)\n_ = est.fit(X,y)", "b=est.get_booster()", "b.update(xgb.DMatrix(X,y),1)", "x=est.get_booster().num_boosted_rounds()",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("model in a file", "xgboost", (
        _XY, "b=xgb.train({'nthread':1},xgb.DMatrix(X,y),2)", "b.save_model('m.json')", "b2=xgb.Booster()", "b2.load_model('m.json')", "x=b2.num_boosted_rounds()",
    ), "x", (1, 2, 3, 4, 5, 6), "x==2"),
    Scenario("results noted", "xgboost", (
        _XY, "d=xgb.DMatrix(X,y); res={}", "b=xgb.train({'nthread':1},d,2,evals=[(d,'t')],evals_result=res,verbose_eval=False)", "q=1", "x=len(res['t']['rmse'])",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("configuration", "xgboost", (
        "import xgboost as xgb", "xgb.set_config(verbosity=0)", "q=1", "x=xgb.get_config()['verbosity']",
    ), "x", (1, 2, 4), "x==0"),
    Scenario("callback", "xgboost", (
        _XY, "seen=[]\nclass Note(xgb.callback.TrainingCallback):\n    def after_iteration(self,model,epoch,evals_log):\n        seen.append(epoch)\n        return False", "note=Note()", "b=xgb.train({'nthread':1},xgb.DMatrix(X,y),2,callbacks=[note])", "x=list(seen)",
    ), "x", (1, 2, 3, 4, 5), "x==[0,1]"),
    Scenario("objective of the user's own", "xgboost", (
        _XY, "seen=[]", "def obj(p,d):\n    seen.append(len(p))\n    return p-d.get_label(), np.ones(len(p))", "b=xgb.train({'nthread':1},xgb.DMatrix(X,y),2,obj=obj)", "x=list(seen)",
    ), "x", (1, 2, 3, 4, 5), "x==[10,10]"),
    Scenario("updated", "lightgbm", (
        _LGB, "b=lgb.train(par,lgb.Dataset(X,y),2,keep_training_booster=True)", "_ = b.update()", "q=1", "x=b.current_iteration()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("trained on", "lightgbm", (
        _LGB, "b1=lgb.train(par,lgb.Dataset(X,y),2)", "b2=lgb.train(par,lgb.Dataset(X,y),3,init_model=b1)", "q=1", "x=b2.current_iteration()+b2.num_trees()",
    ), "x", (1, 2, 3, 5), "x==10"),
    Scenario("iteration undone", "lightgbm", (
        _LGB, "b=lgb.train(par,lgb.Dataset(X,y),3,keep_training_booster=True)", "_ = b.rollback_one_iter()", "q=1", "x=b.current_iteration()",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("leaf set", "lightgbm", (
        _LGB, "b=lgb.train(par,lgb.Dataset(X,y),1,keep_training_booster=True)", "_ = b.set_leaf_output(0,0,5.0)", "q=1", "x=b.get_leaf_output(0,0)",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("evaluations noted", "lightgbm", (
        _LGB, "res={}\nds=lgb.Dataset(X,y)", "b=lgb.train(par,ds,2,valid_sets=[ds],callbacks=[lgb.record_evaluation(res)])", "q=1", "x=len(res['training']['l2'])",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("dataset built late", "lightgbm", (
        _LGB, "ds=lgb.Dataset(X,y)", "y[:]=5", "b=lgb.train(par,ds,1)", "x=round(float(b.predict(X[:1])[0]),2)",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("labels set", "lightgbm", (
        _LGB, "ds=lgb.Dataset(X,y)", "_ = ds.set_label(y*0+7)", "b=lgb.train(par,ds,1)", "x=round(float(b.predict(X[:1])[0]),2)",
    ), "x", (1, 2, 3, 4, 5), "x==7"),
    Scenario("estimator fitted", "lightgbm", (
        _LGB, "est=lgb.LGBMRegressor(n_estimators=3,min_child_samples=1,verbosity=-1,n_jobs=1)", "_ = est.fit(X,y)", "p=est.predict(X)", "x=est.n_estimators_",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("model in a file", "lightgbm", (
        _LGB, "b=lgb.train(par,lgb.Dataset(X,y),2)", "_ = b.save_model('m.txt')", "b=None", "x=lgb.Booster(model_file='m.txt').num_trees()",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("fitted", "keras", (
        _DENSE, "m=dense()", "h=m.fit(X,y,epochs=1,verbose=0)", "q=1", "x=round(float(m.get_weights()[0][0,0]),4)",
    ), "x", (1, 2, 3, 5), "x==0.5"),
    Scenario("fitted again", "keras", (
        _DENSE, "m=dense()", "h=m.fit(X,y,epochs=1,verbose=0)", "p=m.predict(X,verbose=0)", "h=m.fit(X,y,epochs=1,verbose=0)", "x=round(float(m.get_weights()[0][0,0]),4)",
    ), "x", (1, 2, 3, 5, 6), "x==0.25"),
    Scenario("weights set", "keras", (
        _DENSE, "m=dense()", "m.set_weights([np.array([[3.]])])", "q=1", "x=float(m.get_weights()[0][0,0])",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("layer of two models", "keras", (
        _DENSE, "d=keras.layers.Dense(1,use_bias=False)\nm1=keras.Sequential([keras.Input((1,)),d]); m2=keras.Sequential([keras.Input((1,)),d])", "m1.set_weights([np.array([[3.]])])", "q=1", "x=float(m2.get_weights()[0][0,0])",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("variable of a layer", "keras", (
        _DENSE, "m=dense()", "k=m.layers[0].kernel", "_ = k.assign([[9.]])", "x=float(m.get_weights()[0][0,0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("layer frozen", "keras", (
        _DENSE, "m=dense()", "m.layers[0].trainable=False", "q=1", "x=len(m.trainable_weights)",
    ), "x", (1, 2, 3, 5), "x==0"),
    Scenario("compiled anew", "keras", (
        _DENSE, "m=dense()", "m.compile(optimizer=keras.optimizers.SGD(0.5),loss='mse')", "h=m.fit(X,y,epochs=1,verbose=0)", "x=round(float(m.get_weights()[0][0,0]),4)",
    ), "x", (1, 2, 3, 4, 5), "x==0"),
    Scenario("rate of learning", "keras", (
        _DENSE, "m=dense()", "opt=m.optimizer", "opt.learning_rate=0.5", "h=m.fit(X,y,epochs=1,verbose=0)", "x=round(float(m.get_weights()[0][0,0]),4)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==0"),
    Scenario("steps of an optimizer", "keras", (
        _DENSE, "m=dense()\nopt=m.optimizer", "h=m.fit(X,y,epochs=2,verbose=0)", "q=1", "x=int(opt.iterations)",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("callback", "keras", (
        _DENSE, "seen=[]\nclass Note(keras.callbacks.Callback):\n    def on_epoch_end(self,epoch,logs=None):\n        seen.append(epoch)", "m=dense()", "h=m.fit(X,y,epochs=2,verbose=0,callbacks=[Note()])", "x=list(seen)",
    ), "x", (1, 2, 3, 4, 5), "x==[0,1]"),
    Scenario("history", "keras", (
        _DENSE, "m=dense()", "h=m.fit(X,y,epochs=2,verbose=0)", "m=None", "x=len(h.history['loss'])",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("model in a file", "keras", (
        _DENSE, "m=dense(); m.set_weights([np.array([[3.]])])", "m.save('m.keras')", "m.set_weights([np.array([[0.]])])", "m2=keras.models.load_model('m.keras')", "x=float(m2.get_weights()[0][0,0])",
    ), "x", (1, 2, 3, 5, 6), "x==3"),
    Scenario("weights in a file", "keras", (
        _DENSE, "m=dense(); m.set_weights([np.array([[3.]])])", "m.save_weights('m.weights.h5')", "m2=dense()", "m2.load_weights('m.weights.h5')", "x=float(m2.get_weights()[0][0,0])",
    ), "x", (1, 2, 3, 4, 5, 6), "x==3"),
    Scenario("default type of numbers", "keras", (
        "import keras", "keras.config.set_floatx('float64')", "q=1", "x=keras.backend.standardize_dtype(keras.ops.zeros((1,)).dtype)",
    ), "x", (1, 2, 4), "x=='float64'"),
    Scenario("metric", "keras", (
        "import keras", "mt=keras.metrics.Mean()", "_ = mt.update_state(4.0)", "q=1", "_ = mt.update_state(2.0)", "x=float(mt.result())",
    ), "x", (1, 2, 3, 5, 6), "x==3"),
    Scenario("running statistics", "keras", (
        "import keras, numpy as np", "bn=keras.layers.BatchNormalization(momentum=0.5)", "o=bn(np.full((4,1),10.0,dtype='float32'),training=True)", "q=1", "x=round(float(bn.moving_mean[0]),3)",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("seed", "keras", (
        "import keras", "keras.utils.set_random_seed(0)", "a=keras.random.uniform((1,))", "x=round(float(keras.random.uniform((1,))[0]),5)",
    ), "x", (1, 2, 3, 4), "(keras.utils.set_random_seed(0), keras.random.uniform((1,)), round(float(keras.random.uniform((1,))[0]),5))[2]==x"),
    Scenario("class registered", "keras", (
        "import keras", "@keras.saving.register_keras_serializable('mine')\nclass L(keras.layers.Layer):\n    def call(self,v):\n        return v", "c=keras.saving.serialize_keras_object(L())", "del L", "x=type(keras.saving.deserialize_keras_object(c)).__name__",
    ), "x", (1, 2, 3, 5), "x=='L'"),
    Scenario("optimized", "optuna", (
        "import optuna", "study=optuna.create_study()", "study.optimize(lambda t: t.suggest_float('v',0,1),n_trials=3)", "q=1", "x=len(study.trials)",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("optimized twice", "optuna", (
        "import optuna", "study=optuna.create_study()", "def obj(t):\n    return t.suggest_float('v',0,1)", "study.optimize(obj,n_trials=2)", "best=study.best_value", "study.optimize(obj,n_trials=3)", "x=len(study.trials)",
    ), "x", (1, 2, 3, 4, 6, 7), "x==5"),
    Scenario("trial put in the queue", "optuna", (
        "import optuna", "study=optuna.create_study()", "study.enqueue_trial({'v':0.5})", "study.optimize(lambda t: t.suggest_float('v',0,1),n_trials=1)", "x=study.trials[0].params['v']",
    ), "x", (1, 2, 3, 4, 5), "x==0.5"),
    Scenario("seeded sampler", "optuna", (
        "import optuna", "sampler=optuna.samplers.RandomSampler(seed=0)", "study=optuna.create_study(sampler=sampler)", "study.optimize(lambda t: t.suggest_float('v',0,1),n_trials=1)", "s2=optuna.create_study(sampler=sampler)", "s2.optimize(lambda t: t.suggest_float('v',0,1),n_trials=1)", "x=round(s2.best_value,4)",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==0.7152"),
    Scenario("asked and told", "optuna", (
        "import optuna", "study=optuna.create_study()", "t=study.ask()", "_ = study.tell(t,1.5)", "x=study.best_value",
    ), "x", (1, 2, 3, 4, 5), "x==1.5"),
    Scenario("attribute of a study", "optuna", (
        "import optuna", "study=optuna.create_study()", "study.set_user_attr('k',1)", "q=1", "x=study.user_attrs",
    ), "x", (1, 2, 3, 5), "x=={'k':1}"),
    Scenario("objective with a list", "optuna", (
        "import optuna", "seen=[]", "def obj(t):\n    seen.append(t.number)\n    return 0.0", "study=optuna.create_study()", "study.optimize(obj,n_trials=2)", "x=list(seen)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[0,1]"),
    Scenario("study in a file", "optuna", (
        "import optuna", "s=optuna.create_study(storage='sqlite:///o.db',study_name='s')", "s.optimize(lambda t: 1.0,n_trials=1)", "q=1", "x=len(optuna.load_study(storage='sqlite:///o.db',study_name='s').trials)",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("verbosity", "optuna", (
        "import optuna", "optuna.logging.set_verbosity(optuna.logging.ERROR)", "q=1", "x=optuna.logging.get_verbosity()",
    ), "x", (1, 2, 4), "x==40"),
    Scenario("tokens added", "tokenizers", (
        _TOK, "tok=Tokenizer(models.WordLevel({'a':0,'[UNK]':1},unk_token='[UNK]'))", "_ = tok.add_tokens(['zz'])", "q=1", "x=tok.get_vocab_size()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("trained", "tokenizers", (
        _TOK, "data=['b b a']", "tok=Tokenizer(models.WordLevel(unk_token='[UNK]')); tok.pre_tokenizer=pre_tokenizers.Whitespace()", "tok.train_from_iterator(data,trainers.WordLevelTrainer(special_tokens=['[UNK]'],show_progress=False))", "e=tok.encode('b')", "x=tok.encode('b a').ids",
    ), "x", (1, 2, 3, 4, 6), "x==[1,2]"),
    Scenario("padding switched on", "tokenizers", (
        _TOK, "tok=Tokenizer(models.WordLevel({'a':0,'[PAD]':1},unk_token='[PAD]'))", "tok.enable_padding(length=3,pad_id=1)", "q=1", "x=tok.encode('a').ids",
    ), "x", (1, 2, 3, 5), "x==[0,1,1]"),
    Scenario("part exchanged", "tokenizers", (
        _TOK, "tok=Tokenizer(models.WordLevel({'a':0,'[UNK]':1},unk_token='[UNK]'))", "alias=tok", "alias.pre_tokenizer=pre_tokenizers.Whitespace()", "x=tok.encode('a a').ids",
    ), "x", (1, 2, 3, 4, 5), "x==[0,0]"),
)
