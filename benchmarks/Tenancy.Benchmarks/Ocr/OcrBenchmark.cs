namespace Tenancy.Benchmarks;

internal sealed class OcrBenchmark : IBenchmark
{
    public string Name => "ocr";

    public string Summary => "the OCR client against grpcio's own client, a slow server among fast ones, when the first page comes";

    public async Task RunAsync(Report report, bool quick)
    {
        await OcrAgainstGrpcio.RunAsync(report, quick);
        await OcrSlowServer.RunAsync(report, quick);
        await OcrFirstPage.RunAsync(report, quick);
    }
}
