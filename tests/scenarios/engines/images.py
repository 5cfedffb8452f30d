"""Pillow and OpenCV."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("pixel set", "pillow", (
        "from PIL import Image", "im=Image.new('L',(2,2))", "im.putpixel((0,0),7)", "q=1", "x=im.getpixel((0,0))",
    ), "x", (1, 2, 3, 5), "x==7"),
    Scenario("drawn on", "pillow", (
        "from PIL import Image, ImageDraw", "im=Image.new('L',(2,2))", "draw=ImageDraw.Draw(im)", "draw.point((1,1),fill=9)", "x=im.getpixel((1,1))",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("pasted", "pillow", (
        "from PIL import Image", "im=Image.new('L',(2,2))", "other=Image.new('L',(1,1),5)", "im.paste(other,(0,0))", "other.putpixel((0,0),1)", "x=im.getpixel((0,0))",
    ), "x", (1, 2, 3, 4, 6), "x==5"),
    Scenario("copied to an array", "pillow", (
        "from PIL import Image\nimport numpy as np", "im=Image.new('L',(2,2))", "arr=np.array(im)", "arr[:]=9", "x=im.getpixel((0,0))",
    ), "x", (1, 2, 5), "x==0"),
    Scenario("shrunk in place", "pillow", (
        "from PIL import Image", "im=Image.new('L',(4,4))", "alias=im", "alias.thumbnail((2,2))", "x=im.size",
    ), "x", (1, 2, 3, 4, 5), "x==(2,2)"),
    Scenario("over a buffer", "pillow", (
        "from PIL import Image", "buf=bytearray(4)", "im=Image.frombuffer('L',(2,2),buf,'raw','L',0,1)", "buf[0]=9", "x=im.getpixel((0,0))",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("information", "pillow", (
        "from PIL import Image", "im=Image.new('L',(2,2))", "im.info['k']=1", "q=1", "x=im.info['k']",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("pixels by an access", "pillow", (
        "from PIL import Image", "im=Image.new('L',(2,2))", "px=im.load()", "px[1,0]=4", "x=im.getpixel((1,0))",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("palette", "pillow", (
        "from PIL import Image", "im=Image.new('P',(2,2))", "im.putpalette([9,9,9]*256)", "q=1", "x=im.convert('RGB').getpixel((0,0))",
    ), "x", (1, 2, 3, 5), "x==(9,9,9)"),
    Scenario("saved and opened", "pillow", (
        "from PIL import Image", "im=Image.new('L',(2,2),3)", "im.save('a.png')", "im=Image.new('L',(2,2),4)", "x=Image.open('a.png').getpixel((0,0))",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("limit of a module", "pillow", (
        "from PIL import Image", "Image.MAX_IMAGE_PIXELS=7", "q=1", "x=Image.MAX_IMAGE_PIXELS",
    ), "x", (1, 2, 4), "x==7"),
    Scenario("circle", "opencv", (
        "import cv2, numpy as np", "img=np.zeros((5,5),np.uint8)", "_ = cv2.circle(img,(2,2),1,9,-1)", "q=1", "x=int(img[2,2])",
    ), "x", (1, 2, 3, 5), "x==9"),
    Scenario("region", "opencv", (
        "import cv2, numpy as np", "img=np.zeros((5,5),np.uint8)", "roi=img[0:2]", "_ = cv2.rectangle(roi,(0,0),(4,1),9,-1)", "x=int(img[1,1])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("seed", "opencv", (
        "import cv2, numpy as np", "cv2.setRNGSeed(1)", "a=cv2.randu(np.zeros(3,np.float32),0,1)", "x=cv2.randu(np.zeros(3,np.float32),0,1).tolist()",
    ), "x", (1, 2, 3, 4), "(cv2.setRNGSeed(1), cv2.randu(np.zeros(3,np.float32),0,1), cv2.randu(np.zeros(3,np.float32),0,1).tolist())[2]==x"),
    Scenario("file", "opencv", (
        "import cv2, numpy as np", "_ = cv2.imwrite('a.png',np.full((2,2),6,np.uint8))", "q=1", "x=int(cv2.imread('a.png',cv2.IMREAD_GRAYSCALE)[0,0])",
    ), "x", (1, 2, 4), "x==6"),
    Scenario("background that learns", "opencv", (
        "import cv2, numpy as np", "bg=cv2.createBackgroundSubtractorMOG2()", "m=bg.apply(np.full((4,4),100,np.uint8))", "q=1", "x=int(bg.getBackgroundImage()[0,0])",
    ), "x", (1, 2, 3, 5), "x==100"),
)
