// PartLayout: the layout of one part of a picture whose boxes are all connected.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>Columns, order and heights of one part; see <see cref="LayeredLayout"/>.</summary>
internal sealed class PartLayout
{
    /// <summary>Rounds of sorting and moving: the usual pictures do not change any more after three.</summary>
    private const int Rounds = 6;

    /// <summary>Height of the place where an arrow passes a column.</summary>
    private const int PassHeight = 12;

    /// <summary>How far an arrow against the current goes below the boxes it connects.</summary>
    private const int Dip = 14;

    private readonly int[] _nodes;
    private readonly int[] _arrows;
    private readonly IReadOnlyList<(int From, int To)> _edges;
    private readonly HashSet<int> _turned = [];
    private readonly List<Item> _items = [];
    private readonly Dictionary<int, Item> _byNode = [];
    private readonly Dictionary<int, List<Item>> _passes = [];
    private List<Item>[] _columns = [];

    public PartLayout(int[] nodes, int[] arrows, IReadOnlyList<int> heights, IReadOnlyList<(int From, int To)> edges)
    {
        _nodes = nodes;
        _arrows = arrows;
        _edges = edges;
        foreach (int node in nodes)
        {
            var item = new Item(heights[node], true);
            _byNode[node] = item;
            _items.Add(item);
        }

        TurnCircles();
        ChooseColumns();
        AddPasses();
        Order();
        Move();
    }

    public int Width => (_columns.Length * PictureMeasures.NodeWidth) + ((_columns.Length - 1) * PictureMeasures.ColumnGap);

    public int Height { get; private set; }

    /// <summary>Writes the places, moved down to <paramref name="top"/>.</summary>
    public void Write(PicturePoint[] corners, IReadOnlyList<PicturePoint>[] lines, int top)
    {
        foreach (int node in _nodes)
        {
            Item item = _byNode[node];
            corners[node] = new PicturePoint(LeftOf(item.Column), top + item.Y);
        }

        foreach (int arrow in _arrows)
        {
            lines[arrow] = LineOf(arrow, top);
        }
    }

    private static int LeftOf(int column) => PictureMeasures.Margin + (column * (PictureMeasures.NodeWidth + PictureMeasures.ColumnGap));

    private (int From, int To) Ends(int arrow) => _turned.Contains(arrow) ? (_edges[arrow].To, _edges[arrow].From) : _edges[arrow];

    // An arrow to a box on the way from the start to here closes a circle. With a stack of its own: chains are as long as the graph.
    private void TurnCircles()
    {
        ILookup<int, int> leaving = _arrows.ToLookup(arrow => _edges[arrow].From);
        var state = new Dictionary<int, bool>();
        foreach (int start in _nodes)
        {
            if (state.ContainsKey(start))
            {
                continue;
            }

            var path = new Stack<(int Node, Queue<int> Left)>();
            Enter(start);
            while (path.Count > 0)
            {
                (int node, Queue<int> left) = path.Peek();
                if (!left.TryDequeue(out int arrow))
                {
                    state[node] = false;
                    path.Pop();
                }
                else if (!state.TryGetValue(_edges[arrow].To, out bool isOnPath))
                {
                    Enter(_edges[arrow].To);
                }
                else if (isOnPath)
                {
                    _turned.Add(arrow);
                }
            }

            void Enter(int node)
            {
                state[node] = true;
                path.Push((node, new Queue<int>(leaving[node])));
            }
        }
    }

    // The last column has what waits for nothing; the others are as far from it as their longest way.
    private void ChooseColumns()
    {
        ILookup<int, int> entering = _arrows.ToLookup(arrow => Ends(arrow).To, arrow => Ends(arrow).From);
        Dictionary<int, int> open = _nodes.ToDictionary(node => node, _ => 0);
        foreach (int arrow in _arrows)
        {
            open[Ends(arrow).From]++;
        }

        Dictionary<int, int> distance = _nodes.ToDictionary(node => node, _ => 0);
        var ready = new Queue<int>(_nodes.Where(node => open[node] == 0));
        while (ready.TryDequeue(out int node))
        {
            foreach (int before in entering[node])
            {
                distance[before] = Math.Max(distance[before], distance[node] + 1);
                if (--open[before] == 0)
                {
                    ready.Enqueue(before);
                }
            }
        }

        int last = distance.Values.Max();
        foreach (int node in _nodes)
        {
            _byNode[node].Column = last - distance[node];
        }
    }

    private void AddPasses()
    {
        foreach (int arrow in _arrows)
        {
            (int from, int to) = Ends(arrow);
            Item at = _byNode[from];
            var passes = new List<Item>();
            for (int column = at.Column + 1; column < _byNode[to].Column; column++)
            {
                var pass = new Item(PassHeight, false) { Column = column };
                _items.Add(pass);
                passes.Add(pass);
                Connect(at, pass);
                at = pass;
            }

            Connect(at, _byNode[to]);
            _passes[arrow] = passes;
        }

        static void Connect(Item left, Item right)
        {
            left.Right.Add(right);
            right.Left.Add(left);
        }
    }

    private void Order()
    {
        _columns = [.. _items.GroupBy(item => item.Column).OrderBy(group => group.Key).Select(group => group.ToList())];
        _columns.ToList().ForEach(Number);
        for (int round = 0; round < Rounds; round++)
        {
            IEnumerable<List<Item>> way = round % 2 == 0 ? _columns.Reverse() : _columns;
            foreach (List<Item> column in way)
            {
                List<Item> sorted = [.. column.OrderBy(item => Average(round % 2 == 0 ? item.Right : item.Left, other => other.Place) ?? item.Place)];
                column.Clear();
                column.AddRange(sorted);
                Number(column);
            }
        }
    }

    private static void Number(List<Item> column)
    {
        for (int i = 0; i < column.Count; i++)
        {
            column[i].Place = i;
        }
    }

    private static double? Average(List<Item> items, Func<Item, double> of) => items.Count == 0 ? null : items.Average(of);

    private void Move()
    {
        foreach (List<Item> column in _columns)
        {
            Stack(column, _ => null);
        }

        for (int round = 0; round < Rounds; round++)
        {
            IEnumerable<List<Item>> way = round % 2 == 0 ? _columns.Reverse() : _columns;
            foreach (List<Item> column in way)
            {
                Stack(column, item => Average(round % 2 == 0 ? item.Right : item.Left, other => other.Y + (other.Height / 2.0)) - (item.Height / 2.0));
            }
        }

        int top = _items.Min(item => item.Y);
        foreach (Item item in _items)
        {
            item.Y -= top;
        }

        Height = _items.Max(item => item.Y + item.Height) + (_turned.Count > 0 ? 2 * Dip : 0);
    }

    // Each as near to where it wants to be as those above it allow; then all together by what they miss on average.
    private static void Stack(List<Item> column, Func<Item, double?> wish)
    {
        double[] wishes = [.. column.Select(item => wish(item) ?? item.Y)];
        double free = double.NegativeInfinity;
        double miss = 0;
        for (int i = 0; i < column.Count; i++)
        {
            double y = Math.Max(wishes[i], free);
            column[i].Y = (int)Math.Round(y);
            miss += wishes[i] - column[i].Y;
            free = column[i].Y + column[i].Height + PictureMeasures.RowGap;
        }

        int shift = (int)Math.Round(miss / column.Count);
        foreach (Item item in column)
        {
            item.Y += shift;
        }
    }

    private List<PicturePoint> LineOf(int arrow, int top)
    {
        (int from, int to) = Ends(arrow);
        Item left = _byNode[from];
        Item right = _byNode[to];
        var points = new List<PicturePoint>();
        if (!_turned.Contains(arrow))
        {
            points.Add(new PicturePoint(LeftOf(left.Column) + PictureMeasures.NodeWidth, top + left.Y + (left.Height / 2)));
            foreach (Item pass in _passes[arrow])
            {
                points.Add(new PicturePoint(LeftOf(pass.Column), top + pass.Y + (pass.Height / 2)));
                points.Add(new PicturePoint(LeftOf(pass.Column) + PictureMeasures.NodeWidth, top + pass.Y + (pass.Height / 2)));
            }

            points.Add(new PicturePoint(LeftOf(right.Column), top + right.Y + (right.Height / 2)));
            return points;
        }

        // Against the current: out of the lower edge of the right box, and into that of the left one.
        int low = top + Math.Max(left.Y + left.Height, right.Y + right.Height) + Dip;
        int middleOf = PictureMeasures.NodeWidth / 2;
        points.Add(new PicturePoint(LeftOf(right.Column) + middleOf, top + right.Y + right.Height));
        points.Add(new PicturePoint(LeftOf(right.Column) + middleOf, low));
        for (int i = _passes[arrow].Count - 1; i >= 0; i--)
        {
            Item pass = _passes[arrow][i];
            points.Add(new PicturePoint(LeftOf(pass.Column) + PictureMeasures.NodeWidth, top + pass.Y + (pass.Height / 2)));
            points.Add(new PicturePoint(LeftOf(pass.Column), top + pass.Y + (pass.Height / 2)));
        }

        points.Add(new PicturePoint(LeftOf(left.Column) + middleOf, low));
        points.Add(new PicturePoint(LeftOf(left.Column) + middleOf, top + left.Y + left.Height));
        return points;
    }

    // A box, or the place where an arrow passes a column.
    private sealed class Item(int height, bool isNode)
    {
        public int Height { get; } = height;

        public bool IsNode { get; } = isNode;

        public int Column { get; set; }

        public int Place { get; set; }

        public int Y { get; set; }

        public List<Item> Left { get; } = [];

        public List<Item> Right { get; } = [];
    }
}
