using System.Text;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Documents;

/// <summary>Files that are made to be looked at for hours: what a look takes grows with the file, and not with its square.</summary>
public sealed class SlowFilesTests
{
    const int Size = 8 * 1024 * 1024;

    /// <summary>Far more than it takes, and far less than the square of the size.</summary>
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Slow => ["nodes", "open nodes", "nodes in a stream", "names", "unended streams", "empty streams", "blanks", "ring", "fill bytes"];

    [Theory]
    [MemberData(nameof(Slow))]
    public async Task A_file_is_judged_soon(string what)
    {
        var file = new OcrDocument(Make(what));
        var error = await Task.Run(() => Record.Exception(() => { file.Inspect(new OcrInputLimits()); })).WaitAsync(Soon);
        Assert.True(error is null or OcrException, $"{error}");
    }

    [Fact]
    public void Pages_behind_a_lot_of_other_things_are_counted_all_the_same()
    {
        var kids = string.Concat(Enumerable.Range(1, 150).Select(static page => $"{page} 0 R "));
        var text = new StringBuilder("%PDF-1.7\n");
        for (var i = 0; i < 2000; i++)
            text.Append("<</Type/ObjStm/Filter/FlateDecode>> stream\nnot deflated\nendstream\n");
        text.Append($"<</Type /Pages /Kids [{kids}] /Nested <</A <</B 1>>>> /Count 150>>");
        Assert.Equal(150, new OcrDocument(Encoding.Latin1.GetBytes(text.ToString())).Inspect(new OcrInputLimits()).Pages);
    }

    [Fact]
    public void A_frame_whose_area_no_number_holds_is_too_large()
    {
        var error = Assert.Throws<OcrException>(() => new OcrDocument(Samples.Tiff(true, (1, 1), (-1, -1))).Inspect(new OcrInputLimits()));
        Assert.Equal(OcrReasons.TooManyPixels, error.Reason);
    }

    static byte[] Make(string what) => what switch
    {
        "nodes" => Pdf(Repeated("/Type/Pages ")),
        "open nodes" => Pdf(Repeated("<</Type/Pages ")),
        "nodes in a stream" => Pdf(Samples.ObjectStream(Repeated("/Type/Pages "))),
        "names" => Pdf(Repeated("/ObjStm ")),
        "unended streams" => Pdf(Repeated("/ObjStm/FlateDecode stream ")),
        "empty streams" => Pdf(Repeated("/ObjStm/FlateDecode stream endstream ")),
        "blanks" => Pdf(Repeated("/Type            ")),
        "ring" => Ring(),
        "fill bytes" => [0xff, 0xd8, .. Enumerable.Repeat((byte)0xff, Size), 0xff, 0xd9],
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };

    static byte[] Pdf(string objects) => Encoding.Latin1.GetBytes("%PDF-1.7\n" + objects);

    static string Repeated(string part) => string.Concat(Enumerable.Repeat(part, Size / part.Length));

    /// <summary>A directory of as many entries as it can have, which is followed by itself.</summary>
    static byte[] Ring()
    {
        var file = new byte[8 + 2 + 65535 * 12 + 4];
        "II*\0\u0008\0\0\0"u8.CopyTo(file);
        (file[8], file[9], file[^4]) = (0xff, 0xff, 8);
        return file;
    }
}
