"""The MNIST network of pytorch/examples: 14 epochs, about 0.992.

From https://github.com/pytorch/examples/blob/main/mnist/main.py: 3x3 convolutions with 32 and 64
filters, one pooling, dropout 0.25 and 0.5, dense 128; Adadelta with learning rate 1.0, times 0.7
after every epoch; batch 64. `pip install torch==2.13.0` gives the CPU build. The images go through
a `DataLoader` there, one by one; here they are a tensor, which is faster.
"""

import torch
from inputs import mnist, options
from torch import nn

args = options(epochs=14)
torch.manual_seed(args.seed)
(x_train, y_train), (x_test, y_test) = mnist()
x_train = (torch.tensor(x_train).movedim(3, 1) - 0.1307) / 0.3081
x_test = (torch.tensor(x_test).movedim(3, 1) - 0.1307) / 0.3081
y_train, y_test = torch.tensor(y_train.argmax(axis=1)), torch.tensor(y_test.argmax(axis=1))

model = nn.Sequential(
    nn.Conv2d(1, 32, 3),
    nn.ReLU(),
    nn.Conv2d(32, 64, 3),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Dropout(0.25),
    nn.Flatten(),
    nn.Linear(9216, 128),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(128, 10),
)
optimizer = torch.optim.Adadelta(model.parameters(), lr=1.0)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)

model.train()
for epoch in range(args.epochs):
    print(f"Epoch {epoch + 1}/{args.epochs}")
    for batch in torch.randperm(len(x_train)).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x_train[batch]), y_train[batch]).backward()
        optimizer.step()
    scheduler.step()
print(f"Epoch {args.epochs} is over")

model.eval()
with torch.no_grad():
    y_pred = torch.cat([model(batch).argmax(1) for batch in x_test.split(1000)])
print(f"Test accuracy: {(y_pred == y_test).double().mean():.4f}")
